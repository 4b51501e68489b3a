import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { Failure } from '../../core/failure.ts';
import { type Answers, answer } from '../../main/ipc/answer.ts';
import { parsers } from '../../main/ipc/parsers.ts';
import { REQUESTS, type RequestName } from '../../preload/contract.ts';

/** The bounds: the longest path of any system, more paths than anybody drops, more than any link or host name. */
const MAX_PATH = 32_767;
const MAX_PATHS = 10_000;
const MAX_TEXT = 2 ** 20;
const MAX_ADDRESS = 300;

/** Answers each request with what it was asked. */
const echo = Object.fromEntries(REQUESTS.map((name) => [name, async (argument: unknown) => argument]));
const answers = echo as unknown as Answers;
const throwing = (error: unknown): Answers =>
  Object.fromEntries(REQUESTS.map((name) => [name, () => Promise.reject(error)])) as unknown as Answers;

const takingNothing = REQUESTS.filter((name) => parsers[name].safeParse(undefined).success);

describe('what a request brings', () => {
  test('is parsed for every request of the contract', () => {
    expect(Object.keys(parsers).sort()).toEqual([...REQUESTS].sort());
    expect([...takingNothing].sort()).toEqual([
      'checkServers',
      'chooseDownloadFolder',
      'clearHistory',
      'copyStoreAddress',
      'importServers',
      'openStorePage',
      'pauseAll',
      'quit',
      'reopen',
      'reopenStore',
      'resumeAll',
      'state',
      'storeView',
    ]);
  });

  test.each<[RequestName, unknown]>([
    ['pause', { key: '1' }],
    ['pause', { key: -1 }],
    ['pause', { key: 0.5 }],
    ['pause', { key: Number.NaN }],
    ['pause', { key: 2 ** 60 }],
    ['pause', { key: 1, path: '/etc/passwd' }],
    ['pause', undefined],
    ['remove', { key: 1 }],
    ['remove', { key: 1, deleteFiles: 'yes' }],
    ['chooseShare', { what: 'files', public: false, paths: ['/etc/passwd'] }],
    ['fetch', { link: 'rain:0123456789abcdef', into: '/etc' }],
    ['destination', { key: 1, into: '/etc' }],
    ['listFiles', { key: 1, from: 0, count: 501 }],
    ['listFiles', { key: 1, from: -1, count: 1 }],
    ['listFiles', { key: 1, from: 0, count: 1, containing: 'a'.repeat(32_768) }],
    ['startFetch', { key: 1, into: '/etc' }],
    ['importServers', { file: '/etc/passwd' }],
    ['chooseDownloadFolder', '/etc'],
    ['changeSettings', { downloadFolder: '/etc' }],
    ['shareDropped', { paths: [], public: true }],
    ['shareDropped', { paths: [new URL('file:///etc/passwd')], public: true }],
    ['readLinks', { text: 'a'.repeat(2 ** 20 + 1) }],
    ['addServer', { address: 'a'.repeat(301) }],
    ['storeEntries', { after: 'a', limit: 10 }],
    ['storeEntries', { after: '', limit: 501 }],
    ['choosePut', { paths: ['/etc/passwd'] }],
    ['choosePut', { id: '42' }],
    ['choosePut', { id: undefined }],
    ['openStorePage', { url: 'https://example.org' }],
    ['putDropped', { paths: [] }],
    ['deleteEntry', { id: '0123456789ABCDEF' }],
    ['deleteEntry', { id: '' }],
    ['setStoreSecret', { secret: 'too short' }],
    ['setStoreSecret', {}],
    ['remove', { key: 1, deleteFiles: true, path: '/etc' }],
    ['chooseShare', { what: 'both', public: false }],
    ['shareDropped', { paths: ['a'.repeat(MAX_PATH + 1)], public: true }],
    ['shareDropped', { paths: new Array(MAX_PATHS + 1).fill('/a'), public: true }],
    ['putDropped', { paths: new Array(MAX_PATHS + 1).fill('/a') }],
    ['fetch', { link: 'a'.repeat(MAX_TEXT + 1) }],
    ['readEntryName', { text: 'a'.repeat(MAX_TEXT + 1) }],
    ['removeServer', { address: 'a'.repeat(MAX_ADDRESS + 1) }],
    ['storeEntries', { after: '', limit: 0 }],
    ['storeEntries', { after: '', limit: 1.5 }],
    ['deleteEntry', { id: 'x0123456789abcdef' }],
    ['deleteEntry', { id: '0123456789abcdef/../..' }],
    ['deleteEntry', { id: '0123456789abcdef\n' }],
    ['storeEntries', { after: '0123456789abcdef0', limit: 1 }],
    ['setStoreSecret', { secret: 'a'.repeat(15) }],
    ['setStoreSecret', { secret: 'a'.repeat(1025) }],
    ['state', {}],
    ['quit', null],
  ])('is refused when it is not what the contract says: %s %o', async (name, argument) => {
    const result = await answer(answers, name, argument);
    expect(result).toMatchObject({ ok: false, problem: { code: 'usage' } });
  });

  test.each<[RequestName, unknown]>([
    ['pause', { key: 0 }],
    ['remove', { key: 1, deleteFiles: true }],
    ['shareDropped', { paths: ['a'.repeat(MAX_PATH)], public: true }],
    ['shareDropped', { paths: new Array(MAX_PATHS).fill('/a'), public: true }],
    ['shareDropped', { paths: ['/a'], public: false }],
    ['fetch', { link: 'a'.repeat(MAX_TEXT) }],
    ['readLinks', { text: '' }],
    ['addServer', { address: 'a'.repeat(MAX_ADDRESS) }],
    ['storeEntries', { after: '', limit: 1 }],
    ['storeEntries', { after: '0123456789abcdef', limit: 500 }],
    ['setStoreSecret', { secret: 'a'.repeat(16) }],
    ['setStoreSecret', { secret: 'a'.repeat(1024) }],
    ['setStoreSecret', { secret: null }],
  ])('is taken as far as its bounds: %s', async (name, argument) => {
    expect(await answer(answers, name, argument)).toEqual({ ok: true, value: argument });
  });

  test('reaches the answer as a copy that has been looked at', async () => {
    const argument = { key: 1 };
    const result = await answer(answers, 'pause', argument);
    expect(result).toEqual({ ok: true, value: { key: 1 } });
    expect(result.ok && result.value).not.toBe(argument);
  });

  test('is never repeated when it is refused', async () => {
    const result = await answer(answers, 'pause', { key: 'secret' });
    expect(JSON.stringify(result)).not.toContain('secret');
  });

  test('reaches an answer only as the contract has it, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...REQUESTS),
        fc.anything({ withNullPrototype: true }),
        async (name, argument) => {
          const result = await answer(answers, name, argument);
          if (result.ok) expect(parsers[name].safeParse(result.value).success).toBe(true);
          else expect(result.problem.code).toBe('usage');
        },
      ),
    );
  });
});

describe('an answer', () => {
  test('that fails gives the problem', async () => {
    const failing = throwing(new Failure('no-space', 'full', 'make room'));
    expect(await answer(failing, 'state', undefined)).toEqual({
      ok: false,
      problem: { code: 'no-space', message: 'full', hint: 'make room' },
    });
  });

  test('that has a bug tells the window nothing of it, and the log all', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const bug = new TypeError('/home/p/secret is undefined');
    const result = await answer(throwing(bug), 'state', undefined);
    expect(result).toMatchObject({ ok: false, problem: { code: 'internal' } });
    expect(JSON.stringify(result)).not.toContain('secret');
    expect(log).toHaveBeenCalledWith(bug);
    log.mockRestore();
  });
});
