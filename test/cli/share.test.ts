import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Failure } from '../../core/failure.ts';
import { ID, LINK } from '../node/snapshots.ts';
import type { FakeNode } from './fake-node.ts';
import { rain } from './run.ts';

const READY = { state: 'serving', id: ID, link: LINK, hashed: 1000 } as const;

describe('share', () => {
  test('asks the node for what the command line says', async () => {
    const run = rain('share a /b --public --name N --port 2000 --bind ::1 --limit 1k --no-lan --data /d');
    const node = await run.asked();
    expect(node.options).toEqual({
      dataDir: resolve('/d'),
      port: 2000,
      bind: '::1',
      lan: false,
      eager: true,
      uploadLimit: 1000,
    });
    expect(node.requests).toEqual([{ paths: [resolve('/here/a'), resolve('/b')], public: true, name: 'N' }]);
    run.interrupt();
    await run.code;
  });

  test('prints the link alone on standard output when ready, serves on, and closes on a signal', async () => {
    const run = rain('share a.bin');
    const node = await run.asked();
    expect(node.options).toEqual({
      dataDir: join('/home/me/.local/share/pouring-rain'),
      lan: true,
      eager: true,
    });
    node.setShare({ hashed: 500 });
    expect(run.stdout.text).toBe('');
    node.setShare(READY);
    await expect.poll(() => run.stdout.text).toBe(`${LINK}\n`);
    expect(node.closed).toBe(false);
    run.interrupt();
    expect(await run.code).toBe(0);
    expect(node.closed).toBe(true);
    expect(run.stdout.text).toBe(`${LINK}\n`);
  });

  test('what cannot be shared is told, each on a line of its own, with the option that leaves it out', async () => {
    const entries = Array.from({ length: 100 }, (_, i) => ({ path: `/d/${i}:\n`, reason: 'it has a colon' }));
    const refusal = new Failure('bad-name', '250 of them.', 'Rename them.', undefined, {
      count: 250,
      entries,
    });
    const prepare = (node: FakeNode) => {
      node.refusal = refusal;
    };
    const run = rain('share d', { prepare });
    expect(await run.code).toBe(1);
    const lines = run.stderr.text.split('\n');
    expect(
      lines.filter((line) => /^ {2}\/d\/\d+:\S+ cannot be shared: it has a colon$/.test(line)),
    ).toHaveLength(100);
    expect(lines).toContain('  and 150 more');
    expect(lines).toContain('Rename them. With --skip the rest is shared.');
    const json = rain('share d --json', { prepare });
    expect(await json.code).toBe(1);
    expect(json.stdout.events.at(-1)).toMatchObject({ code: 'bad-name', refused: { count: 250, entries } });
  });

  test('--skip shares the rest, and tells what is left out', async () => {
    const run = rain('share d --skip --json');
    const node = await run.asked();
    expect(node.requests).toEqual([{ paths: ['/here/d'], public: false, skip: true }]);
    const leftOut = { count: 7, names: ['a:', 'b:', 'c:', 'd:', 'e:', 'f:', 'g:'] };
    node.setShare({ ...READY, leftOut });
    await expect.poll(() => run.stdout.events.at(-1)).toMatchObject({ event: 'shared', leftOut });
    run.interrupt();
    await run.code;
    const text = rain('share d --skip');
    (await text.asked()).setShare({ ...READY, leftOut });
    await expect
      .poll(() => text.stderr.text)
      .toContain('7 entries were left out of what is shared: a:, b:, c:, d:, e:, ...\n');
    text.interrupt();
    await text.code;
  });

  test('an unchanged file is ready at once', async () => {
    const run = rain('share a.bin', { prepare: (node) => node.setShare(READY) });
    await expect.poll(() => run.stdout.text).toBe(`${LINK}\n`);
    run.interrupt();
    expect(await run.code).toBe(0);
  });

  test('as JSON', async () => {
    const run = rain('share a.bin --json');
    (await run.asked()).setShare(READY);
    await expect
      .poll(() => run.stdout.events)
      .toEqual([
        {
          event: 'shared',
          id: ID,
          link: LINK,
          name: 'a.bin',
          bytes: 1000,
          files: 1,
          port: 1980,
          addresses: ['192.0.2.1:1980'],
        },
      ]);
    run.interrupt();
    expect(await run.code).toBe(0);
    expect(run.stderr.events).toEqual([{ event: 'hashing', name: 'a.bin', hashed: 0, bytes: 1000 }]);
  });

  test('interrupted while it still reads, there is no link and the exit code says so', async () => {
    const run = rain('share a.bin');
    await run.asked();
    run.interrupt();
    expect(await run.code).toBe(130);
    expect(run.stdout.text).toBe('');
  });

  test('another content than that of --as is a failed verification', async () => {
    const run = rain(`share a.bin --as ${LINK} --json`);
    const node = await run.asked();
    expect(node.requests).toEqual([expect.objectContaining({ as: LINK })]);
    const problem = { code: 'not-the-same-content', message: 'a.bin differs', hint: '' } as const;
    node.setShare({ state: 'failed', problem });
    expect(await run.code).toBe(4);
    expect(run.stdout.events.at(-1)).toEqual({
      event: 'error',
      code: 'not-the-same-content',
      message: 'a.bin differs',
    });
    expect(node.closed).toBe(true);
  });

  const CHANGED = {
    state: 'changed',
    problem: { code: 'changed-while-read', message: 'a.bin has changed', hint: 'Share it again.' },
  } as const;

  test.each([
    ['changed', 'changed-while-read', 1],
    ['missing', 'no-such-path', 1],
    ['failed', 'disk', 5],
  ] as const)('a share that is %s ends the command', async (state, code, exit) => {
    const run = rain('share a.bin');
    const node = await run.asked();
    node.setShare(READY);
    await expect.poll(() => run.stdout.text).toBe(`${LINK}\n`);
    node.setShare({ state, problem: { code, message: 'a.bin is not served', hint: 'Do something.' } });
    expect(await run.code).toBe(exit);
    expect(run.stderr.text).toContain('rain: a.bin is not served\nDo something.\n');
    expect(node.closed).toBe(true);
  });

  test('with --watch what has changed is read again, and its new link is printed', async () => {
    const run = rain('share a.bin --watch');
    const node = await run.asked();
    node.setShare(READY);
    await expect.poll(() => run.stdout.text).toBe(`${LINK}\n`);
    node.setShare(CHANGED);
    node.shares = [];
    await expect.poll(() => node.requests.length).toBe(2);
    expect(node.removals).toEqual([{ key: 1, deleteFiles: false }]);
    node.setShare({ ...READY, link: 'rain:new' });
    await expect.poll(() => run.stdout.text).toBe(`${LINK}\nrain:new\n`);
    expect(run.stderr.text.match(/a\.bin has changed/g)).toHaveLength(1);
    run.interrupt();
    expect(await run.code).toBe(0);
  });

  test('with --watch a file that is gone for a moment is waited for', async () => {
    const run = rain('share a.bin --watch');
    const node = await run.asked();
    node.setShare(READY);
    await expect.poll(() => run.stdout.text).toBe(`${LINK}\n`);
    node.refusal = new Failure('no-such-path', 'not there');
    node.setShare({ ...CHANGED, state: 'missing' });
    node.shares = [];
    await expect.poll(() => node.removals.length).toBe(1);
    node.refusal = undefined;
    await expect.poll(() => node.requests.length, { timeout: 5000 }).toBe(2);
    run.interrupt();
    expect(await run.code).toBe(0);
  });

  test('a home folder is shared only with --yes', async () => {
    const refused = rain('share .', {
      prepare: (node) => {
        node.refusal = new Failure('sensitive-folder', '/here is your home folder.', 'All would be shared.');
      },
    });
    expect(await refused.code).toBe(2);
    expect(refused.stderr.text).toBe(
      'rain: /here is your home folder.\nAll would be shared. If that is meant, say --yes.\n',
    );
    const meant = rain('share . --yes');
    expect((await meant.asked()).requests).toEqual([{ paths: ['/here'], public: false, sure: true }]);
    meant.interrupt();
    await meant.code;
  });

  test('on a terminal the clients are drawn, and drawn again below each message', async () => {
    const run = rain('share a.bin', { terminal: true });
    const node = await run.asked();
    node.setShare(READY);
    await expect.poll(() => run.stdout.text).toBe(`${LINK}\n`);
    node.setShare({ rate: 2e6, poured: 3e6, clients: [{ address: 'c:1', rate: 2e6, poured: 3e6 }] });
    expect(run.stderr.text).toContain('1 client  2.0 MB/s  3.0 MB poured');
    node.emit({ type: 'problem', problem: { code: 'lan-unavailable', message: 'no LAN', hint: '' } });
    expect(run.stderr.text).toMatch(/rain: no LAN\n.*1 client {2}2\.0 MB\/s {2}3\.0 MB poured\n.*$/);
    run.interrupt();
    await run.code;
  });
});

describe('a node that cannot be opened or will not', () => {
  test.each([
    ['data-folder-in-use', 6, 'Do something else.'],
    ['port-taken', 1, 'Do something else. See --port and --bind.'],
    ['no-permission', 5, 'Do something else.'],
    ['database-corrupt', 1, 'Do something else.'],
  ] as const)('%s ends with %d, and "%s"', async (code, exit, hint) => {
    const run = rain('share a.bin', {
      open: async () => {
        throw new Failure(code, 'it is not to be', 'Do something else.');
      },
    });
    expect(await run.code).toBe(exit);
    expect(run.stderr.text).toBe(`rain: it is not to be\n${hint}\n`);
  });

  test('an error that is no Failure is internal, and --verbose shows where it came from', async () => {
    const open = async () => {
      throw new TypeError('x is not a function');
    };
    const plain = rain('ls --json', { open });
    expect(await plain.code).toBe(1);
    expect(plain.stdout.events).toEqual([
      expect.objectContaining({ code: 'internal', message: 'internal error: x is not a function' }),
    ]);
    const verbose = rain('ls --verbose', { open });
    expect(await verbose.code).toBe(1);
    expect(verbose.stderr.text).toContain('share.test.ts');
  });
});
