// @module-tag real-time
/** What the command line refuses: with which exit code, and with words that say what to do. */
import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { chmodSync, chownSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { LossyLink } from '../../cli/lossy-link.ts';
import { noise, plant, temporaryFolder } from '../content/temporary.ts';
import { sha256 } from './contents.ts';
import { type Exit, get, Rain, type RainOptions, share } from './rain.ts';
import { smallDisk } from './small-disk.ts';
import { whyNoTmpfs } from './tmpfs.ts';

const ID = '0123456789abcdef';
const NOBODY = 65_534;
const AS_NOBODY = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups'];

const noMounts = whyNoTmpfs();
if (noMounts !== undefined) console.warn(`NOT TESTED: full and read-only disks (${noMounts})`);
const noOther = whyNoOtherUser();
if (noOther !== undefined) console.warn(`NOT TESTED: files and folders of another user (${noOther})`);

/** Root may read and write everything: what is forbidden has to be tried as somebody else. */
function whyNoOtherUser(): string | undefined {
  if (process.platform !== 'linux') return 'setpriv is a program of Linux';
  if (process.getuid?.() !== 0) return 'not root';
  try {
    execFileSync(AS_NOBODY[0], [...AS_NOBODY.slice(1), process.execPath, '--version'], { stdio: 'pipe' });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message.split('\n')[0] : String(error);
  }
}

/** Starts `rain` with `--json`. */
function rain(args: readonly string[], options?: RainOptions): Rain {
  return new Rain([...args, '--json'], options);
}

/** Runs `rain` as a person does, to its end. */
function told(args: readonly string[], options?: RainOptions): Promise<Exit> {
  return new Rain(args, options).exit;
}

/** A file of so many bytes; returns its path. */
function newFile(bytes: number, name = 'file', folder = temporaryFolder()): string {
  return join(plant(folder, { [name]: noise(bytes) }), name);
}

/** A data folder that anybody may use. */
function openFolder(): string {
  const folder = temporaryFolder();
  chmodSync(folder, 0o777);
  return folder;
}

describe('wrong usage is exit 2, says what is wrong, and touches nothing', () => {
  test.each([
    [['--bogus'], "unknown option '--bogus'"],
    [['bogus'], "unknown command 'bogus'"],
    [['share'], "missing required argument 'path'"],
    [['get', '0123'], 'too short: got 4 of 16 digits'],
    [['get', '0123456789abcdeg'], '"g" is no hex digit'],
    [['get', 'http://example.org/'], 'starts with "http:"'],
    [['get', `rain:${ID}.tooshort`], 'the key after the dot must be 22 characters, and has 8'],
    [['get', ID, '--from', 'a b:1'], '"a b" cannot be part of a host name'],
    [['get', ID, '--from', 'a:99999'], 'the port 99999 is not between 1 and 65535'],
    [['get', ID, '--limit', 'fast'], '"fast" is no rate'],
    [['get', ID, '--limit', '0'], '"0" is no rate'],
    [['get', ID, '--timeout', 'never'], '"never" is no time-out'],
    [['get', ID, '--port', '65536'], '"65536" is no port'],
    [['share', '.', '--as', 'zebra'], '"z" is no hex digit'],
    [['share', '.', '--bind', 'example.org'], '"example.org" is no address of an interface'],
    [['demo', '--size', 'huge'], '"huge" is no size'],
    [['demo', '--servers', '0'], '"0" is no number of servers'],
    [['servers', 'add', 'x:y'], 'the port "y" is not a number'],
  ])('rain %j', async (args, words) => {
    const data = join(temporaryFolder(), 'data');
    const { code, stdout, stderr } = await told(args, { data });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(words);
    // The second line says what to do.
    expect(stderr.trimEnd().split('\n')).toHaveLength(2);
    expect(() => readdirSync(data)).toThrow('ENOENT');
  });

  test('in JSON, too', async () => {
    const run = rain(['get', 'x']);
    expect((await run.exit).code).toBe(2);
    expect(run.stdout.trimEnd().split('\n')).toHaveLength(1);
    expect(run.heard('error')).toMatchObject([{ code: 'bad-link', hint: expect.stringContaining('rain:') }]);
  });
});

describe('sharing', () => {
  test('a path that does not exist', async () => {
    const run = rain(['share', '/no/such/file']);
    const { code, message } = await run.until('error');
    expect({ code, exit: (await run.exit).code }).toEqual({ code: 'no-such-path', exit: 1 });
    expect(message).toContain('/no/such/file');
  });

  test.skipIf(noOther !== undefined).each(['file', 'file in a folder'])(
    'a %s that may not be read',
    async (what) => {
      const folder = openFolder();
      const file = newFile(1, 'secret', folder);
      chmodSync(file, 0o600);
      const path = what === 'file' ? file : folder;
      const run = rain(['share', path, '--no-lan'], { data: openFolder(), through: AS_NOBODY });
      const { code, message } = await run.until('error');
      expect({ code, exit: (await run.exit).code }).toEqual({ code: 'unreadable', exit: 5 });
      expect(message).toContain(file);
    },
  );

  test('what could not be shared leaves nothing behind', async () => {
    const data = temporaryFolder();
    const file = newFile(10);
    const run = rain(['share', file, '--as', ID, '--no-lan'], { data });
    expect(await run.exit).toMatchObject({ code: 4 });
    expect((await told(['ls'], { data })).stdout).toBe('');
  });
});

describe('ports', () => {
  test('a port that is taken: which option changes it', async () => {
    const file = newFile(10);
    const { shared } = await share(file);
    const run = rain(['share', file, '--port', String(shared.port), '--bind', '127.0.0.1', '--no-lan']);
    const { code, message, hint } = await run.until('error');
    expect({ code, exit: (await run.exit).code }).toEqual({ code: 'port-taken', exit: 1 });
    expect(message).toContain(String(shared.port));
    expect(hint).toContain('--port');
  });

  test('without --port another one is taken', async () => {
    const holder = createSocket('udp4');
    onTestFinished(() => {
      holder.close();
    });
    // Somebody else may have it already: just as good.
    holder.bind(1980, '127.0.0.1');
    await once(holder, 'listening').catch(() => {});
    const { shared } = await share(newFile(10));
    expect(shared.port).not.toBe(1980);
  });
});

describe('the target folder', () => {
  test('that is a file', async () => {
    const out = newFile(1, 'file', temporaryFolder());
    const run = get(ID, [], out);
    const { code, message } = await run.until('error');
    expect({ code, exit: (await run.exit).code }).toEqual({ code: 'in-the-way', exit: 5 });
    expect(message).toContain(out);
  });

  test.skipIf(noOther !== undefined)('that may not be written to', async () => {
    const out = temporaryFolder();
    chmodSync(out, 0o755);
    const run = rain(['get', ID, '--out', out, '--no-lan'], { data: openFolder(), through: AS_NOBODY });
    const { code, message } = await run.until('error');
    expect({ code, exit: (await run.exit).code }).toEqual({ code: 'no-permission', exit: 5 });
    expect(message).toContain(out);
  });

  test.skipIf(noMounts !== undefined)('that is read-only', async () => {
    const disk = smallDisk(2 ** 20);
    disk.makeReadOnly();
    const run = get(ID, [], disk.folder);
    expect(await run.until('error')).toMatchObject({ code: 'no-permission' });
    expect((await run.exit).code).toBe(5);
  });

  test.skipIf(noMounts !== undefined)('without room, seen before the first droplet', async () => {
    const disk = smallDisk(4 * 2 ** 20);
    const file = newFile(6 * 2 ** 20);
    const { address, shared } = await share(file);
    const run = get(shared.link, [address], disk.folder);
    expect(await run.until('error')).toMatchObject({ code: 'no-space' });
    expect((await run.exit).code).toBe(5);
    expect(run.heard('progress').filter(({ verified }) => verified > 0)).toEqual([]);
    expect(readdirSync(disk.folder)).toEqual([]);
  });

  test.skipIf(noMounts !== undefined)(
    'that is full in the middle: it waits, says so, and goes on',
    async () => {
      const disk = smallDisk(16 * 2 ** 20);
      const file = newFile(6 * 2 ** 20);
      const { shared } = await share(file, '--limit', '3M');
      // With loss, so that blocks are solved from repair droplets, which must be as good at the second try.
      const link = await LossyLink.open({ to: shared.port, loss: 0.05, seed: 1 });
      onTestFinished(() => link.close());
      const run = get(shared.link, [`127.0.0.1:${link.port}`], disk.folder);
      await run.until('start');
      const free = disk.fill();
      const problem = await run.until('problem');
      expect(problem).toMatchObject({ code: 'no-space', message: expect.stringContaining(disk.folder) });
      await run.until('progress', ({ state }) => state === 'stalled');
      free();
      const done = await run.until('done');
      expect((await run.exit).code).toBe(0);
      expect(done.servers.map(({ state }) => state)).not.toContain('banned');
      expect(sha256(done.path)).toBe(sha256(file));
      expect(run.heard('problem')).toHaveLength(1);
    },
  );

  test('where the name is taken: what is there is kept', async () => {
    const out = temporaryFolder();
    writeFileSync(join(out, 'file.txt'), 'mine');
    const file = newFile(5000, 'file.txt');
    const { address, shared } = await share(file);
    const first = await get(shared.link, [address], out).until('done');
    const second = await get(shared.link, [address], out).until('done');
    expect(first.path).toBe(join(out, 'file (2).txt'));
    expect(second.path).toBe(join(out, 'file (3).txt'));
    expect(readFileSync(join(out, 'file.txt'), 'utf8')).toBe('mine');
    expect([sha256(first.path), sha256(second.path)]).toEqual([sha256(file), sha256(file)]);
    expect(readdirSync(out)).toHaveLength(3);
  });
});

describe('no server', () => {
  test('none is known', async () => {
    const run = get(ID, [], temporaryFolder(), '--timeout', '0.5');
    const { code, hint } = await run.until('error');
    expect({ code, exit: (await run.exit).code }).toEqual({ code: 'no-servers', exit: 3 });
    expect(hint).toContain('--from');
    expect(run.stdout.trimEnd().split('\n')).toHaveLength(1);
  });

  test('one that has something else', async () => {
    const { address } = await share(newFile(10));
    const run = get(ID, [address], temporaryFolder(), '--timeout', '0.5');
    const { code, message } = await run.until('error');
    expect({ code, exit: (await run.exit).code }).toEqual({ code: 'no-servers', exit: 3 });
    expect(message).toContain('no server that answers has it (waited');
  });
});

describe('the data folder', () => {
  test('in use by another process: exit 6, and which', async () => {
    const data = temporaryFolder();
    const { node } = await share(newFile(10), '--data', data);
    const { code, stderr } = await told(['ls'], { data });
    expect(code).toBe(6);
    expect(stderr).toContain(`in use by process ${node.pid}`);
    // And free again once the other has ended.
    await node.kill('SIGINT');
    expect((await told(['ls'], { data })).code).toBe(0);
  });

  test.each([
    [
      'damaged',
      'database-corrupt',
      (file: string) => writeFileSync(file, 'these are my notes\n'.repeat(300)),
    ],
    [
      "of another program's",
      'database-foreign',
      (file: string) =>
        edit(file, (db) => db.exec('CREATE TABLE recipes (name); INSERT INTO recipes VALUES (1)')),
    ],
  ])('with a database that is %s', async (_what, code, make) => {
    const data = temporaryFolder();
    const file = join(data, 'rain.db');
    make(file);
    await expectRefused(data, code);
  });

  test('with a database of a newer version', async () => {
    const data = temporaryFolder();
    expect((await told(['servers', 'add', 'a.example'], { data })).code).toBe(0);
    edit(join(data, 'rain.db'), (db) => db.pragma('user_version = 1000'));
    await expectRefused(data, 'database-newer');
  });

  test.skipIf(noOther !== undefined)('that may not be written to', async () => {
    const data = temporaryFolder();
    chownSync(data, 0, 0);
    chmodSync(data, 0o755);
    const run = rain(['ls'], { data, through: AS_NOBODY });
    expect(await run.until('error')).toMatchObject({ code: 'no-permission' });
    expect((await run.exit).code).toBe(5);
  });
});

test('interrupted in the middle is exit 130, and says that it can go on', async () => {
  const file = newFile(4 * 2 ** 20);
  const { address, shared } = await share(file, '--limit', '1M');
  const out = temporaryFolder();
  const run = new Rain(['get', shared.link, '--from', address, '--out', out, '--no-lan']);
  await run.when('start', () => run.stderr.includes('fetching') || undefined);
  const { code, stdout, stderr } = await run.kill('SIGINT');
  expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
  expect(stderr).toContain('Run the same command again to go on.');
});

/** The refusal names the file, and leaves it as it is. */
async function expectRefused(data: string, expected: string): Promise<void> {
  const file = join(data, 'rain.db');
  const before = readFileSync(file);
  const run = rain(['ls'], { data });
  const { code, message, hint } = await run.until('error');
  expect({ code, exit: (await run.exit).code }).toEqual({ code: expected, exit: 1 });
  expect(message).toContain(file);
  expect(hint).not.toBe('');
  expect(readFileSync(file)).toEqual(before);
}

function edit(file: string, change: (db: Database.Database) => void): void {
  const db = new Database(file);
  try {
    change(db);
  } finally {
    db.close();
  }
}
