import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ID, LINK } from '../node/snapshots.ts';
import type { FakeNode } from './fake-node.ts';
import { rain } from './run.ts';

function withBoth(node: FakeNode): void {
  node.setShare({ id: ID, link: LINK, state: 'serving' });
  node.setTransfer({ name: 'b\x1b.bin', bytes: 2000, verified: 840, state: 'waiting' });
}

describe('ls', () => {
  test('lists shares and transfers, harmlessly', async () => {
    const run = rain('ls', { prepare: withBoth });
    expect(await run.code).toBe(0);
    expect(run.stdout.text).toBe(
      [
        'ID                KIND      STATE      SIZE  NAME',
        `${ID}  share     serving  1.0 kB  a.bin`,
        `${ID}  transfer  42 %     2.0 kB  b\\u{1b}.bin`,
        '',
      ].join('\n'),
    );
    expect(run.node()?.options.lan).toBe(false);
    expect(run.node()?.closed).toBe(true);
  });

  test('says nothing of nothing', async () => {
    const run = rain('ls');
    expect(await run.code).toBe(0);
    expect(run.stdout.text + run.stderr.text).toBe('');
  });

  test('as JSON it is one object, empty lists included', async () => {
    const run = rain('ls --json');
    expect(await run.code).toBe(0);
    expect(run.stdout.events).toEqual([{ event: 'list', shares: [], transfers: [] }]);
    const both = rain('ls --json', { prepare: withBoth });
    await both.code;
    expect(both.stdout.events).toEqual([
      {
        event: 'list',
        shares: [expect.objectContaining({ id: ID, link: LINK, public: false, state: 'serving' })],
        transfers: [expect.objectContaining({ id: ID, verified: 840, bytes: 2000 })],
      },
    ]);
  });
});

describe('rm', () => {
  test('removes all that has the id, however it is written', async () => {
    const run = rain(['rm', 'rain://0123-4567 89AB-CDEF', '--delete-files', '--json'], { prepare: withBoth });
    expect(await run.code).toBe(0);
    expect(run.node()?.removals).toEqual([
      { key: 1, deleteFiles: true },
      { key: 2, deleteFiles: true },
    ]);
    expect(run.stdout.events).toMatchObject([
      { event: 'removed', items: [{ what: 'share' }, { what: 'transfer' }] },
    ]);
  });

  test('keeps files unless told otherwise', async () => {
    const run = rain(`rm ${ID}`, { prepare: withBoth });
    expect(await run.code).toBe(0);
    expect(run.node()?.removals.every(({ deleteFiles }) => !deleteFiles)).toBe(true);
  });

  test('fails for an id that is not there', async () => {
    const run = rain('rm fedcba9876543210 --json', { prepare: withBoth });
    expect(await run.code).toBe(1);
    expect(run.stdout.events).toEqual([expect.objectContaining({ code: 'unknown-resource' })]);
    expect(run.node()?.removals).toEqual([]);
  });
});

describe('servers', () => {
  const known = (node: FakeNode): void => {
    node.known = [{ address: 'a:1', found: 'list', lastSeen: 5 }];
  };

  test('lists addresses, for people and programs', async () => {
    const text = rain('servers', { prepare: known });
    expect(await text.code).toBe(0);
    expect(text.stdout.text).toBe('a:1\n');
    const json = rain('servers --json', { prepare: known });
    await json.code;
    expect(json.stdout.events).toEqual([
      { event: 'servers', servers: [{ address: 'a:1', found: 'list', lastSeen: 5 }] },
    ]);
  });

  test('add, rm, import', async () => {
    const add = rain('servers add b:2 --json');
    expect(await add.code).toBe(0);
    expect(add.node()?.known).toEqual([{ address: 'b:2', found: 'list' }]);
    expect(add.stdout.events).toEqual([{ event: 'added', address: 'b:2' }]);
    const remove = rain('servers rm a:1', { prepare: known });
    expect(await remove.code).toBe(0);
    expect(remove.node()?.known).toEqual([]);
    const load = rain('servers import s.json --json');
    expect(await load.code).toBe(0);
    expect(load.stdout.events).toEqual([{ event: 'imported', file: resolve('/here/s.json'), added: 3 }]);
  });
});

test('--verbose brings the log to standard error, --json leaves standard output alone', async () => {
  const logged = async (line: string): Promise<string> => {
    const run = rain(line);
    const node = await run.asked();
    node.emit({ type: 'log', level: 'debug', message: 'bound\x1b' });
    run.interrupt();
    await run.code;
    expect(run.stdout.text).not.toContain('bound');
    return run.stderr.text;
  };
  expect(await logged('share x --json --verbose')).toContain(
    '\n{"level":"debug","message":"bound\\u001b"}\n',
  );
  expect(await logged('share x --verbose')).toContain('debug: bound\\u{1b}\n');
  expect(await logged('share x')).not.toContain('bound');
});
