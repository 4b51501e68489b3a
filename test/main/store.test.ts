import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Failure } from '../../core/failure.ts';
import { storeAnswers } from '../../main/ipc/store.ts';
import { mediaType } from '../../main/node/media-type.ts';
import { OwnRows } from '../../main/node/own-rows.ts';
import { defaultSettings } from '../../main/settings/schema.ts';
import { SettingsKeeper } from '../../main/settings/settings-keeper.ts';
import { type Seal, SecretFile } from '../../main/store/secret-file.ts';
import { StoreKeeper } from '../../main/store/store-keeper.ts';
import type { Settings, Store, StorePut } from '../../preload/contract.ts';
import { nodeSnapshot, transfer } from '../node/snapshots.ts';
import { type FakeNodes, openEngine } from './fixtures.ts';

const SECRET = 'correct horse battery staple';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rain-store-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Turns every bit around; knows what it has sealed by a key that can be lost. */
class TestSeal implements Seal {
  there = true;
  lost = false;

  isThere(): boolean {
    return this.there;
  }
  seal(text: string): Buffer {
    return Buffer.from(text, 'utf8').map((byte) => byte ^ 0xff) as Buffer;
  }
  unseal(sealed: Buffer): string {
    if (this.lost) throw new Error('no such key');
    return Buffer.from(sealed.map((byte) => byte ^ 0xff)).toString('utf8');
  }
}

describe('the secret', () => {
  const path = (): string => join(folder, 'store-secret.json');

  test('is kept sealed, and read again by the next start', async () => {
    const seal = new TestSeal();
    const file = new SecretFile(folder, seal);
    expect([file.kind, file.read()]).toEqual(['none', undefined]);
    await file.write(SECRET);
    expect(file.kind).toBe('sealed');
    const next = new SecretFile(folder, seal);
    expect([next.kind, next.read()]).toEqual(['sealed', SECRET]);
    const { secret } = JSON.parse(readFileSync(path(), 'utf8'));
    expect(Buffer.from(secret, 'base64').toString('utf8')).not.toContain('horse');
  });

  test('is for its owner alone to read where there is no keychain', async () => {
    const seal = new TestSeal();
    seal.there = false;
    const file = new SecretFile(folder, seal);
    await file.write(SECRET);
    expect(new SecretFile(folder, seal).read()).toBe(SECRET);
    expect(file.kind).toBe('plain');
    if (process.platform !== 'win32') expect(statSync(path()).mode & 0o777).toBe(0o600);
  });

  test('is gone when it is removed', async () => {
    const file = new SecretFile(folder, new TestSeal());
    await file.write(SECRET);
    await file.write(undefined);
    expect(file.kind).toBe('none');
    expect(existsSync(path())).toBe(false);
  });

  test.each(['', '{}', '{"sealed":true,"secret":"%%"}', '[1]'])(
    'is unreadable, not absent, when the file holds %j',
    (text) => {
      writeFileSync(path(), text);
      const file = new SecretFile(folder, new TestSeal());
      expect(file.kind).toBe('unreadable');
      expect(() => file.read()).toThrow(Failure);
    },
  );

  test('is unreadable when the keychain does not open it any more, until it is set again', async () => {
    const seal = new TestSeal();
    await new SecretFile(folder, seal).write(SECRET);
    seal.lost = true;
    const file = new SecretFile(folder, seal);
    expect(() => file.read()).toThrow('cannot be read');
    expect(file.kind).toBe('unreadable');
    seal.lost = false;
    await file.write('another long secret');
    expect(file.read()).toBe('another long secret');
  });

  test('stays as it was when the disk refuses the new one', async () => {
    const file = new SecretFile(folder, new TestSeal());
    await file.write(SECRET);
    mkdirSync(`${path()}.new`);
    await expect(file.write('another long secret')).rejects.toMatchObject({ code: 'disk' });
    expect(file.read()).toBe(SECRET);
  });
});

describe('the store', () => {
  interface Opened {
    readonly nodes: FakeNodes;
    readonly store: StoreKeeper;
    readonly settings: SettingsKeeper;
    readonly secret: SecretFile;
    readonly seal: TestSeal;
    readonly told: Store[];
    readonly putting: (readonly StorePut[])[];
  }

  async function openStore(change: Partial<Settings> = {}): Promise<Opened> {
    const nodes = await openEngine();
    const seal = new TestSeal();
    const secret = new SecretFile(folder, seal);
    const told: Store[] = [];
    const putting: (readonly StorePut[])[] = [];
    const store: StoreKeeper = new StoreKeeper({
      engine: nodes.engine,
      settings: () => settings,
      secret,
      changed: (state) => told.push(state),
      putting: (puts) => putting.push(puts),
    });
    const settings = new SettingsKeeper(
      { ...defaultSettings('/home/p/Downloads'), ...change },
      {
        apply: (after, before) => store.apply(after, before),
        save: async () => undefined,
        changed: () => undefined,
      },
    );
    return { nodes, store, settings, secret, seal, told, putting };
  }

  const ran = ({ calls }: FakeNodes): unknown[] =>
    calls.filter(({ command }) => command === 'runStore').map(({ args }) => args[0]);

  test('runs when it is switched on, anew when something changes, and not when it is switched off', async () => {
    const { nodes, store, settings } = await openStore();
    await store.open();
    await settings.change({ storePort: 8081 });
    expect(ran(nodes)).toEqual([]);
    await settings.change({ store: true });
    await settings.change({ storeClassic: true });
    await settings.change({ seed: false });
    await settings.change({ store: false });
    expect(ran(nodes)).toEqual([
      { httpPort: 8081, classic: false },
      { httpPort: 8081, classic: true },
      undefined,
    ]);
  });

  test('keeps the setting as it was when it cannot run like that', async () => {
    const { nodes, settings } = await openStore({ store: true });
    nodes.answer = () => {
      throw new Failure('port-taken', 'taken');
    };
    await expect(settings.change({ storePort: 9 })).rejects.toMatchObject({ code: 'port-taken' });
    expect(settings.current.storePort).toBe(8080);
  });

  test('starts with its secret, and goes by a new one before that is kept', async () => {
    const { nodes, store, secret } = await openStore({ store: true });
    await secret.write(SECRET);
    await store.open();
    expect(await store.setSecret('another long secret')).toBe('sealed');
    expect(ran(nodes)).toMatchObject([{ secret: SECRET }, { secret: 'another long secret' }]);
    nodes.answer = () => {
      throw new Failure('disk', 'full');
    };
    await expect(store.setSecret(undefined)).rejects.toMatchObject({ code: 'disk' });
    expect(secret.read()).toBe('another long secret');
  });

  test('does not run without a secret that cannot be read: it would believe strangers', async () => {
    const { nodes, store, settings, secret, seal, told } = await openStore({ store: true });
    await secret.write(SECRET);
    seal.lost = true;
    await store.open();
    expect(told).toMatchObject([{ state: 'failed', problem: { code: 'unreadable' } }]);
    await expect(settings.change({ storePort: 9 })).rejects.toMatchObject({ code: 'unreadable' });
    expect(ran(nodes)).toEqual([]);
    await store.setSecret(undefined);
    expect(ran(nodes)).toEqual([{ httpPort: 8080, classic: false }]);
  });

  test('is off when its thread has died', async () => {
    const nodes = await openEngine();
    nodes.host?.store({ state: 'open', url: 'http://127.0.0.1:8080/' });
    nodes.host?.died({ code: 'interrupted', message: 'The engine stopped.', hint: '' });
    expect(nodes.stores.at(-1)).toEqual({ state: 'off' });
  });

  test('knows what is on its way into it, until its thread has died', async () => {
    const { store, nodes, putting } = await openStore({ store: true });
    const put = { key: 1, name: 'film.mkv', size: 10, read: 5 };
    nodes.host?.puts([put]);
    expect(nodes.puts).toEqual([[put]]);
    store.heardPuts([put]);
    expect(store.puts).toEqual([put]);
    expect(putting).toEqual([[put]]);
    nodes.host?.died({ code: 'interrupted', message: 'The engine stopped.', hint: '' });
    expect(nodes.puts.at(-1)).toEqual([]);
  });

  describe('asked by the window', () => {
    async function answersOf(chosen: readonly string[] = []) {
      const opened = await openStore({ store: true });
      const done: string[] = [];
      const answers = storeAnswers(
        opened.nodes.engine,
        opened.store,
        { chooseToPut: async (several) => (several ? chosen : chosen.slice(0, 1)) },
        {
          copy: async (text) => void done.push(`copied ${text}`),
          openInBrowser: async (url) => void done.push(`opened ${url}`),
        },
      );
      return { ...opened, answers, done };
    }

    test('puts what is chosen one after the other, and nothing when the dialog is cancelled', async () => {
      const { answers, nodes } = await answersOf(['/a', '/b']);
      await answers.choosePut({});
      expect(nodes.calls).toEqual([
        { command: 'putEntry', args: ['/a', undefined] },
        { command: 'putEntry', args: ['/b', undefined] },
      ]);
      const cancelled = await answersOf();
      expect(await cancelled.answers.choosePut({})).toEqual([]);
      expect(cancelled.nodes.calls).toEqual([]);
    });

    test('one that is cancelled is none of those that were put', async () => {
      const { answers, nodes } = await answersOf(['/a', '/b']);
      const kept = { id: '000000000000002a' };
      nodes.answer = ({ args }) => (args[0] === '/b' ? kept : undefined);
      expect(await answers.choosePut({})).toEqual([kept]);
      await answers.cancelPut({ key: 1 });
      expect(nodes.calls.at(-1)).toEqual({ command: 'cancelPut', args: [1] });
    });

    test('puts one file under an id that was given', async () => {
      const { answers, nodes } = await answersOf(['/a', '/b']);
      await answers.choosePut({ id: '000000000000002a' });
      expect(nodes.calls).toEqual([{ command: 'putEntry', args: ['/a', '000000000000002a'] }]);
    });

    test('puts no path that was not dropped', async () => {
      const { answers, nodes } = await answersOf();
      const dropped = { paths: [folder, 'package.json'] };
      await expect(answers.putDropped(dropped)).rejects.toMatchObject({ code: 'no-such-path' });
      expect(nodes.calls).toEqual([]);
    });

    test('opens its own gateway in the browser, and nothing else', async () => {
      const { answers, store, done } = await answersOf();
      await expect(answers.openStorePage(undefined)).rejects.toMatchObject({ code: 'interrupted' });
      for (const url of ['https://127.0.0.1/', 'http://10.0.0.1:80/', 'file:///etc/passwd', 'words']) {
        store.heard({ state: 'open', url });
        await expect(answers.openStorePage(undefined)).rejects.toThrow('not open');
      }
      store.heard({ state: 'open', url: 'http://127.0.0.1:8080/' });
      await answers.openStorePage(undefined);
      await answers.copyStoreAddress(undefined);
      expect(done).toEqual(['opened http://127.0.0.1:8080/', 'copied http://127.0.0.1:8080/']);
    });
  });
});

describe('transfers of the store', () => {
  const incoming = join('/data', 'murky', 'incoming');
  const own = new OwnRows('/data');
  const theirs = transfer({ key: 1, into: incoming });
  const mine = transfer({ key: 2, into: '/home/p/Downloads' });

  test('are told from those of the person', () => {
    expect(own.of(nodeSnapshot({ transfers: [theirs, mine] })).transfers).toEqual([mine]);
    expect(own.tells({ type: 'transfer', transfer: theirs })).toBe(false);
    expect(own.tells({ type: 'transfer', transfer: mine })).toBe(true);
    expect(own.tells({ type: 'rates', rateUp: 0, rateDown: 0 })).toBe(true);
  });
});

test.each([
  ['/films/Rain.MP4', 'video/mp4'],
  ['notes', ''],
  ['archive.tar.gz', 'application/gzip'],
  ['odd.constructor', ''],
])('the media type of %j is %j', (path, type) => {
  expect(mediaType(path)).toBe(type);
});
