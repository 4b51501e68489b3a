/** The body of a writing request against the clock: who sends too little is let go, who waits for the disk is not. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { uploadOf } from '../../core/murky/gateway/upload.ts';

const IDLE = 10;
/** Least that has to arrive in that time, bytes. */
const LEAST = 16 * 1024;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});

afterEach(() => {
  vi.useRealTimers();
});

function open() {
  const request = new Readable({ read: () => {} });
  const headers = { 'content-length': '1000000' };
  const body = uploadOf(Object.assign(request, { headers }) as IncomingMessage, {} as ServerResponse, {
    mostBytes: 2 ** 40,
    idleSeconds: IDLE,
  });
  return { request, pieces: body[Symbol.asyncIterator]() };
}

function idle(times = 1): void {
  vi.advanceTimersByTime(times * IDLE * 1000);
}

test('a client that sends less than the least in its time is let go, whatever it sent before', async () => {
  const { request, pieces } = open();
  const piece = pieces.next();
  request.push(new Uint8Array(LEAST));
  await piece;
  const second = pieces.next();
  idle();
  expect(request.destroyed).toBe(false);
  request.push(new Uint8Array(LEAST - 1));
  await second;
  const third = pieces.next();
  idle();
  await expect(third).rejects.toThrow('too slowly');
  expect(request.destroyed).toBe(true);
});

test('a client that is held up by the disk is not blamed, and has all its time when that is over', async () => {
  const { request, pieces } = open();
  const piece = pieces.next();
  request.push(new Uint8Array(10));
  await piece;
  idle(5);
  expect(request.destroyed).toBe(false);
  const next = pieces.next();
  request.push(new Uint8Array(LEAST));
  expect((await next).value).toHaveLength(LEAST);
});

test('nothing watches a body that has ended, or that nobody reads on: the request is left open for its answer', async () => {
  for (const end of ['all of it', 'not read on'] as const) {
    const { request, pieces } = open();
    const piece = pieces.next();
    request.push(new Uint8Array(10));
    await piece;
    if (end === 'all of it') {
      request.push(null);
      expect((await pieces.next()).done).toBe(true);
    } else await pieces.return?.();
    expect(vi.getTimerCount()).toBe(0);
    idle(100);
    expect(request.errored).toBeNull();
  }
});
