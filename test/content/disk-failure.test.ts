import { expect, test } from 'vitest';
import { exitCodeOf } from '../../cli/exit-codes.ts';
import { readFailure, writeFailure } from '../../core/content/disk-failure.ts';
import { Failure } from '../../core/failure.ts';

/** What a write and a read are told as, what both end with, and a word of the advice. */
const MEANINGS = [
  ['ENOSPC', 'no-space', undefined, 5, /room/],
  ['EDQUOT', 'no-space', undefined, 5, /room/],
  ['EACCES', 'no-permission', 'unreadable', 5, /may write|permission/],
  ['EPERM', 'no-permission', 'unreadable', 5, /may write|permission/],
  ['EROFS', 'no-permission', undefined, 5, /may write/],
  ['ENOENT', 'no-such-path', 'no-such-path', 1, /moved or renamed/],
  ['ENOTDIR', 'in-the-way', 'no-such-path', undefined, /what is there|moved/],
  ['EEXIST', 'in-the-way', undefined, 5, /another name/],
  ['EISDIR', 'in-the-way', 'in-the-way', 5, /another name/],
  ['ELOOP', 'in-the-way', 'in-the-way', 5, /links are not followed/],
  ['EFBIG', 'file-too-large', undefined, 5, /another disk/],
  ['ENAMETOOLONG', 'name-too-long', 'name-too-long', 5, /shorte/],
  ['EMFILE', 'too-many-open', 'too-many-open', 1, /ulimit/],
  ['ENFILE', 'too-many-open', 'too-many-open', 1, /ulimit/],
  ['EBUSY', 'busy', 'busy', 5, /Close the program/],
  ['ETXTBSY', 'busy', 'busy', 5, /Close the program/],
  ['ENOMEM', 'no-memory', 'no-memory', 1, /other programs/],
  ['EIO', 'disk', 'disk', 5, /connected and sound/],
  ['ENODEV', 'disk', 'disk', 5, /connected and sound/],
  ['ECONNRESET', 'connection-lost', 'connection-lost', 1, /again/],
  ['EPIPE', 'connection-lost', 'connection-lost', 1, /again/],
  ['ENETUNREACH', 'connection-lost', 'connection-lost', 1, /network/],
  ['EINVAL', 'disk', 'disk', 5, /what the error means/],
] as const;

test.each(MEANINGS)(
  '%s has a code, an exit and an advice of its own class',
  (errno, write, read, exit, advice) => {
    const error = Object.assign(new Error('text'), { code: errno });
    for (const [told, code] of [
      [writeFailure(error, '/the/path'), write],
      [readFailure(error, '/the/path'), read],
    ] as const) {
      if (code === undefined) continue;
      expect(told).toMatchObject({ code, message: expect.stringContaining('/the/path'), cause: error });
      if (!(told instanceof Failure)) throw new Error('no failure');
      expect(told.message).toContain(errno);
      expect(told.hint).toMatch(advice);
      if (exit !== undefined) expect(exitCodeOf(told.code)).toBe(exit);
    }
  },
);

test('only an error of the disk blames the disk', () => {
  for (const [errno, , , , advice] of MEANINGS) {
    const told = writeFailure(Object.assign(new Error('text'), { code: errno }), '/p');
    const blames = told instanceof Failure && /connected and sound/.test(told.hint);
    expect([errno, blames]).toEqual([errno, advice.test('connected and sound')]);
  }
});

test('a bug stays a bug', () => {
  const bug = Object.assign(new TypeError('text'), { code: 'ERR_INVALID_ARG_TYPE' });
  expect(writeFailure(bug, '/p')).toBe(bug);
});
