import { resolve } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { Failure } from '../../core/failure.ts';
import { ID, LINK } from '../node/snapshots.ts';
import { SERVER } from './fake-node.ts';
import { rain } from './run.ts';

const KNOWN = {
  state: 'running',
  name: 'a.bin',
  bytes: 1000,
  files: 1,
  servers: [SERVER],
  blocks: { count: 1, cells: new Uint8Array(1) },
} as const;
const DONE = {
  state: 'done',
  verified: 1000,
  path: '/out/a.bin',
  seconds: 2,
  wireBytes: 1100,
  overhead: 0.02,
} as const;

const LIAR = { ...SERVER, state: 'banned', reason: 'false-manifest' } as const;

const ESCAPE = '\x1b';

afterEach(() => {
  vi.useRealTimers();
});

describe('get', () => {
  test('asks the node for what the command line says', async () => {
    const run = rain(
      `get ${LINK} --from a:1 --from b:2 --out o --port 2000 --limit 1k --no-lan --seed --background`,
    );
    const node = await run.asked();
    expect(node.options).toMatchObject({ port: 2000, lan: false, downloadLimit: 1000 });
    expect(run.folders).toEqual([resolve('/here/o')]);
    expect(node.requests).toEqual([
      { link: LINK, from: ['a:1', 'b:2'], into: resolve('/here/o'), seed: true, background: true },
    ]);
    run.interrupt();
    await run.code;
  });

  test('says that a link is short, and what of it was left out', async () => {
    const short = rain(['get', `rain:${ID}?later=1`]);
    await short.asked();
    expect(short.stderr.text).toContain('This link is short');
    expect(short.stderr.text).toContain('later=1');
    short.interrupt();
    await short.code;
    const full = rain(['get', `see rain:${ID}.AAAAAAAAAAAAAAAAAAAAAA!`]);
    await full.asked();
    expect(full.stderr.text).not.toContain('short');
    full.interrupt();
    await full.code;
  });

  test('names the links of a text that has several, and fetches none', async () => {
    const run = rain(['get', `rain:${ID} or rain:00000000000000aa`]);
    expect(await run.code).toBe(2);
    expect(run.stderr.text).toContain(`Take one of them: rain:${ID} or rain:00000000000000aa`);
    expect(run.node()).toBeUndefined();
  });

  test('prints the path alone on standard output when all is verified', async () => {
    const run = rain(`get ${ID}`);
    const node = await run.asked();
    node.setTransfer(KNOWN);
    node.setTransfer({ verified: 500 }, 5);
    expect(run.stdout.text).toBe('');
    node.setTransfer(DONE);
    expect(await run.code).toBe(0);
    expect(run.stdout.text).toBe('/out/a.bin\n');
    expect(run.stderr.text).toContain('a.bin: 1.0 kB verified in 2.0 s');
    expect(node.closed).toBe(true);
  });

  test('what is complete already is done at once', async () => {
    const run = rain(`get ${ID} --quiet`, { prepare: (node) => node.setTransfer({ ...KNOWN, ...DONE }) });
    expect(await run.code).toBe(0);
    expect(run.stdout.text).toBe('/out/a.bin\n');
    expect(run.stderr.text).toBe('');
  });

  test('as JSON: start, progress, done', async () => {
    const run = rain(`get ${ID} --json`);
    const node = await run.asked();
    node.setTransfer({ ...KNOWN, resumedBytes: 200, verified: 200 });
    for (let received = 1; received <= 20; received++) {
      node.setTransfer({ verified: 300, rate: 50, eta: 14 }, received);
    }
    node.setTransfer(DONE);
    expect(await run.code).toBe(0);
    const events = run.stdout.events;
    expect(events.map(({ event }) => event)).toEqual(['start', 'progress', 'done']);
    expect(events[0]).toEqual({
      event: 'start',
      id: ID,
      name: 'a.bin',
      bytes: 1000,
      files: 1,
      resumedBytes: 200,
    });
    const server = {
      address: '127.0.0.1:1980',
      found: 'asked',
      droplets: 4,
      bytes: 4700,
      share: 1,
      loss: 0,
      rttMs: null,
      state: 'pouring',
    };
    expect(events[1]).toMatchObject({ verified: 200, bytes: 1000, servers: [server] });
    expect(events[2]).toEqual({
      event: 'done',
      path: '/out/a.bin',
      bytes: 1000,
      seconds: 2,
      resumedBytes: 200,
      wireBytes: 1100,
      overhead: 0.02,
      droplets: { needed: 0, received: 20, source: 0, repair: 0, duplicate: 0, late: 0, rejected: 0 },
      servers: [server],
    });
    expect(run.stderr.text).toBe('');
  });

  test('how many folders it is made of is told before it is fetched, in words and as JSON', async () => {
    const many = { ...KNOWN, files: 2, folders: 20_001 };
    const words = rain(`get ${ID}`);
    (await words.asked()).setTransfer(many);
    expect(words.stderr.text).toContain('(2 files in 20001 folders, 1.0 kB)');
    words.interrupt();
    await words.code;
    const json = rain(`get ${ID} --json`);
    (await json.asked()).setTransfer(many);
    expect(json.stdout.events[0]).toMatchObject({ event: 'start', files: 2, folders: 20_001 });
    json.interrupt();
    await json.code;
  });

  test('with --seed it serves on after that, until a signal, and that is no failure', async () => {
    const run = rain(`get ${ID} --seed`);
    const node = await run.asked();
    node.setTransfer({ ...KNOWN, ...DONE });
    await expect.poll(() => run.stdout.text).toBe('/out/a.bin\n');
    expect(node.closed).toBe(false);
    run.interrupt();
    expect(await run.code).toBe(0);
    expect(node.closed).toBe(true);
  });

  test('interrupted in the middle it closes the node, says how to go on, and ends with 130', async () => {
    const run = rain(`get ${ID}`);
    const node = await run.asked();
    node.setTransfer({ ...KNOWN, verified: 420 });
    run.interrupt();
    expect(await run.code).toBe(130);
    expect(node.closed).toBe(true);
    expect(run.stderr.text).toMatch(
      /rain: stopped at 42 % of 1\.0 kB; what arrived is kept\nRun the same command again to go on\.\n$/,
    );
    expect(run.stdout.text).toBe('');
  });

  test.each([
    ['verification-failed', 4],
    ['bad-manifest', 4],
    ['wrong-key', 4],
    ['disk', 5],
    ['part-file-lost', 5],
  ] as const)('a transfer that failed with %s ends with %d', async (code, exit) => {
    const run = rain(`get ${ID} --json`);
    (await run.asked()).setTransfer({ state: 'failed', problem: { code, message: 'no', hint: 'h' } });
    expect(await run.code).toBe(exit);
    expect(run.stdout.events.at(-1)).toEqual({ event: 'error', code, message: 'no', hint: 'h' });
  });

  test('a port that is taken is told with the option that changes it', async () => {
    const run = rain(`get ${ID} --json`, {
      prepare: (node) => {
        node.refusal = new Failure('port-taken', 'taken', 'Choose another.');
      },
    });
    expect(await run.code).toBe(1);
    expect(run.stdout.events.at(-1)).toMatchObject({
      code: 'port-taken',
      hint: 'Choose another. See --port.',
    });
  });

  test('no room before the first droplet ends with 5', async () => {
    const run = rain(`get ${ID}`, {
      prepare: (node) => {
        node.refusal = new Failure('no-space', 'needs 1 TB, has 1 GB');
      },
    });
    expect(await run.code).toBe(5);
  });

  test('no room once it is known what it is ends with 5, too', async () => {
    const run = rain(`get ${ID}`);
    const { blocks, ...known } = KNOWN;
    const problem = { code: 'no-space', message: 'needs 1 TB, has 1 GB', hint: '' } as const;
    (await run.asked()).setTransfer({ ...known, state: 'stalled', problem });
    expect(await run.code).toBe(5);
    expect(run.stderr.text).toContain('needs 1 TB');
  });

  test('no room in the middle is told once and waited out', async () => {
    const run = rain(`get ${ID}`);
    const node = await run.asked();
    node.setTransfer(KNOWN);
    const stalled = {
      state: 'stalled',
      problem: { code: 'no-space', message: 'the disk is full', hint: '' },
    } as const;
    node.setTransfer(stalled);
    node.setTransfer(stalled);
    expect(run.stderr.text.match(/rain: the disk is full\nWaiting for room/g)).toHaveLength(1);
    node.setTransfer({ state: 'running' });
    node.setTransfer(DONE);
    expect(await run.code).toBe(0);
  });

  test('a stall that nobody is there to mend ends the command', async () => {
    const run = rain(`get ${ID}`);
    const node = await run.asked();
    const problem = { code: 'no-permission', message: 'may not write', hint: '' } as const;
    node.setTransfer({ ...KNOWN, state: 'stalled', problem });
    expect(await run.code).toBe(5);
    expect(node.closed).toBe(true);
  });

  test('names and reasons from the network cannot drive the terminal', async () => {
    const run = rain(`get ${ID}`, { terminal: true });
    const node = await run.asked();
    const servers = [{ ...SERVER, address: 'evil\x1b]0;x\x07:1' }];
    node.setTransfer({ ...KNOWN, name: 'a\x1b[2Jb', servers });
    node.setTransfer({ state: 'failed', problem: { code: 'disk', message: 'm\x1b[31m', hint: '\x9bh' } });
    expect(await run.code).toBe(5);
    // Left out is what the status itself draws with: erase, wrapping off, wrapping on.
    const own = new RegExp(`${ESCAPE}\\[(\\d+F${ESCAPE}\\[J|\\?7[lh])`, 'g');
    expect(run.stderr.text.replace(own, '')).not.toMatch(/[^\P{Cc}\n]/u);
    expect(run.stderr.text).toContain('a\\u{1b}[2Jb');
  });

  test('on a terminal there is a bar with rate, time left, overhead and the servers', async () => {
    const run = rain(`get ${ID}`, { terminal: true });
    const node = await run.asked();
    node.setTransfer({ ...KNOWN, verified: 250, rate: 100, eta: 8, overhead: 0.014 });
    const drawn = run.stderr.text;
    expect(drawn).toMatch(
      /a\.bin {2}█+░+ {2}25 % {2}250 B of 1\.0 kB {2}100 B\/s {2}0:08 left {2}overhead 1\.4 %/,
    );
    expect(drawn).toMatch(/127\.0\.0\.1:1980 {2}pouring {2}500 B\/s {2}100 % of it {2}loss 0 %/);
    run.interrupt();
    await run.code;
  });

  test('elsewhere there is a plain line now and then', async () => {
    vi.useFakeTimers();
    const run = rain(`get ${ID}`);
    await vi.advanceTimersByTimeAsync(0);
    const node = run.node();
    for (let second = 1; second <= 20; second++) {
      node?.setTransfer({ ...KNOWN, verified: second }, second);
      await vi.advanceTimersByTimeAsync(1000);
    }
    const lines = run.stderr.text.split('\n').filter((line) => line.includes(' of 1.0 kB'));
    expect(lines.length).toBeGreaterThanOrEqual(3);
    expect(lines.length).toBeLessThanOrEqual(6);
    node?.setTransfer(DONE);
    expect(await run.code).toBe(0);
  });
});

describe('without a server', () => {
  test.each([
    [
      { waiting: 'servers', servers: [] },
      'no server is known that could have it, and none was found (waited 5 s)',
    ],
    [
      { waiting: 'names', servers: [], unresolved: ['a.invalid:1'] },
      'no server was found under its name (waited 5 s; not found: a.invalid:1)',
    ],
    [
      { waiting: 'resource', servers: [{ ...SERVER, state: 'absent' }] },
      'no server that answers has it (waited 5 s for 127.0.0.1:1980: absent)',
    ],
    [
      {
        waiting: 'version',
        servers: [
          { ...SERVER, state: 'silent' },
          { ...SERVER, state: 'refused', reason: 'version' },
        ],
      },
      'the servers that answer speak another version (waited 5 s for 2 servers: silent, refused: speaks another version)',
    ],
  ] as const)('it gives up after the time-out, %#', async (change, message) => {
    vi.useFakeTimers();
    const run = rain(`get ${ID} --timeout 5 --json`);
    await vi.advanceTimersByTimeAsync(0);
    const node = run.node();
    node?.setTransfer(change);
    await vi.advanceTimersByTimeAsync(4900);
    expect(run.stdout.text).toBe('');
    await vi.advanceTimersByTimeAsync(200);
    expect(await run.code).toBe(3);
    expect(run.stdout.events).toEqual([expect.objectContaining({ code: 'no-servers', message })]);
    expect(node?.removals).toEqual([{ key: 2, deleteFiles: true }]);
    expect(node?.closed).toBe(true);
  });

  test.each([
    ['a liar alone', 4, [LIAR]],
    ['a liar and one that has not got it', 4, [LIAR, { ...SERVER, state: 'absent', droplets: 0 }]],
    [
      'a liar and one that poured and fell silent',
      3,
      [LIAR, { ...SERVER, state: 'silent', reason: 'stopped' }],
    ],
    ['a liar that poured nothing', 3, [{ ...LIAR, droplets: 0 }]],
  ] as const)('that is believed it ends with 4 when nothing else came: %s, %i', async (_, exit, servers) => {
    vi.useFakeTimers();
    const run = rain(`get ${ID} --timeout 5 --json`);
    await vi.advanceTimersByTimeAsync(0);
    run.node()?.setTransfer({ servers });
    await vi.advanceTimersByTimeAsync(5100);
    expect(await run.code).toBe(exit);
    const [{ code, hint }] = run.stdout.events;
    expect(code).toBe(exit === 4 ? 'verification-failed' : 'no-servers');
    expect(hint).not.toBe('');
  });

  test('the clock starts again with every droplet, and a transfer that got something is kept', async () => {
    vi.useFakeTimers();
    const run = rain(`get ${ID} --timeout 5 --json`);
    await vi.advanceTimersByTimeAsync(0);
    const node = run.node();
    for (let received = 1; received <= 4; received++) {
      await vi.advanceTimersByTimeAsync(4000);
      node?.setTransfer(KNOWN, received);
    }
    await vi.advanceTimersByTimeAsync(4900);
    // Not a droplet, so no reason to wait longer.
    node?.setTransfer({ state: 'waiting' });
    expect(run.stdout.events.map(({ event }) => event)).not.toContain('error');
    await vi.advanceTimersByTimeAsync(200);
    expect(await run.code).toBe(3);
    expect(node?.removals).toEqual([]);
  });

  test('time in which the process stood still does not count', async () => {
    vi.useFakeTimers();
    const clock = performance.now;
    let stoodStill = 0;
    vi.spyOn(performance, 'now').mockImplementation(() => clock.call(performance) + stoodStill);
    const run = rain(`get ${ID} --timeout 5 --json`);
    await vi.advanceTimersByTimeAsync(0);
    run.node()?.setTransfer(KNOWN, 1);
    for (const still of [500, 60_000, 86_400_000]) {
      await vi.advanceTimersByTimeAsync(1000);
      stoodStill += still;
    }
    await vi.advanceTimersByTimeAsync(500);
    expect(run.stdout.events.map(({ event }) => event)).not.toContain('error');
    // What it could run still does.
    await vi.advanceTimersByTimeAsync(2000);
    expect(await run.code).toBe(3);
    vi.restoreAllMocks();
  });

  test('a full disk is not the fault of the servers', async () => {
    vi.useFakeTimers();
    const run = rain(`get ${ID} --timeout 5`);
    await vi.advanceTimersByTimeAsync(0);
    const node = run.node();
    const problem = { code: 'no-space', message: 'full', hint: '' } as const;
    node?.setTransfer({ ...KNOWN, state: 'stalled', problem });
    await vi.advanceTimersByTimeAsync(60_000);
    node?.setTransfer({ state: 'running' });
    await vi.advanceTimersByTimeAsync(4000);
    node?.setTransfer(DONE);
    expect(await run.code).toBe(0);
  });
});
