import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { NodeSnapshot } from '../../core/api.ts';
import { Failure } from '../../core/failure.ts';
import type { Dialogs } from '../../main/ipc/dialogs.ts';
import { fetchingAnswers } from '../../main/ipc/fetching.ts';
import { historyOf, rowAnswers } from '../../main/ipc/rows.ts';
import { sharingAnswers } from '../../main/ipc/sharing.ts';
import { defaultSettings } from '../../main/settings/schema.ts';
import { SettingsKeeper } from '../../main/settings/settings-keeper.ts';
import { wordsOf } from '../../main/words.ts';
import { LINK, nodeSnapshot, share, transfer } from '../node/snapshots.ts';
import { type FakeNodes, openEngine } from './fixtures.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rain-answers-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Dialogs in which a person chooses these. */
function choosing(paths: readonly string[], isMeant = false): Dialogs {
  return {
    confirm: async () => isMeant,
    chooseToShare: async () => paths,
    chooseToPut: async () => paths,
    chooseFolder: async () => paths[0],
    chooseServerList: async () => paths[0],
  };
}

const asked = (nodes: FakeNodes): unknown[] => nodes.calls.map(({ command, args }) => [command, ...args]);

describe('sharing', () => {
  async function sharing(rows: Partial<NodeSnapshot> = {}, chosen: readonly string[] = [], isMeant = false) {
    const nodes = await openEngine(rows);
    return { nodes, answers: sharingAnswers(nodes.engine, choosing(chosen, isMeant), () => wordsOf('en')) };
  }

  test('shares what is chosen, and nothing when the dialog is cancelled', async () => {
    const { nodes, answers } = await sharing({}, ['/a', '/b']);
    await answers.chooseShare({ what: 'files', public: true });
    expect(asked(nodes)).toEqual([['share', { paths: ['/a', '/b'], public: true }]]);
    const cancelled = await sharing();
    expect(await cancelled.answers.chooseShare({ what: 'folder', public: false })).toBeUndefined();
    expect(cancelled.nodes.calls).toEqual([]);
  });

  test.each(['', 'a.txt', 'package.json', './package.json', '/a\0b', '/not/there/at/all'])(
    'refuses a drop of %j',
    async (path) => {
      const { nodes, answers } = await sharing();
      await expect(answers.shareDropped({ paths: [folder, path], public: false })).rejects.toMatchObject({
        code: 'no-such-path',
      });
      expect(nodes.calls).toEqual([]);
    },
  );

  test('shares what is dropped and there', async () => {
    const { nodes, answers } = await sharing();
    await answers.shareDropped({ paths: [folder], public: false });
    expect(asked(nodes)).toEqual([['share', { paths: [folder], public: false }]]);
  });

  test.each([true, false])(
    'asks before a home folder is shared, and hears the answer: %s',
    async (isMeant) => {
      const { nodes, answers } = await sharing({}, [], isMeant);
      nodes.answer = ({ args }) => {
        if (!JSON.stringify(args).includes('sure')) throw new Failure('sensitive-folder', 'home');
        return share({ key: 9 });
      };
      const answer = await answers.shareDropped({ paths: [folder], public: false });
      expect(answer?.key).toBe(isMeant ? 9 : undefined);
      expect(nodes.calls.length).toBe(isMeant ? 2 : 1);
    },
  );

  test.each([true, false])(
    'names what cannot be shared, and shares the rest if that is wanted: %s',
    async (isMeant) => {
      const { nodes, answers } = await sharing({}, [], isMeant);
      const refused = { count: 1, entries: [{ path: '/d/a:', reason: 'it has a colon' }] };
      nodes.answer = ({ args }) => {
        if (!JSON.stringify(args).includes('skip'))
          throw new Failure('bad-name', 'a:', '', undefined, refused);
        return share({ key: 9 });
      };
      const answer = await answers.shareDropped({ paths: [folder], public: false });
      expect(answer?.key).toBe(isMeant ? 9 : undefined);
      expect(nodes.calls.length).toBe(isMeant ? 2 : 1);
    },
  );

  test('ends the old share when the new one is there, and only then', async () => {
    const old = share({ key: 1, public: false });
    const { nodes, answers } = await sharing({ shares: [old] });
    nodes.answer = ({ command }) => (command === 'share' ? share({ key: 9, public: true }) : undefined);
    expect(await answers.setPublic({ key: 1, public: true })).toMatchObject({ key: 9 });
    expect(asked(nodes)).toEqual([
      ['share', { paths: old.paths, public: true, name: old.name, sure: true, skip: true }],
      ['remove', 1, { deleteFiles: false }],
    ]);
    nodes.calls.length = 0;
    nodes.answer = () => {
      throw new Failure('no-such-path', 'gone');
    };
    await expect(answers.setPublic({ key: 1, public: true })).rejects.toMatchObject({ code: 'no-such-path' });
    expect(nodes.calls.map(({ command }) => command)).toEqual(['share']);
  });

  test('leaves a share alone that is as wanted', async () => {
    const { nodes, answers } = await sharing({ shares: [share({ public: true })] });
    await answers.setPublic({ key: 1, public: true });
    expect(nodes.calls).toEqual([]);
  });
});

describe('fetching', () => {
  async function fetching(askBeforeDownload: boolean, chosen: readonly string[] = []) {
    const nodes = await openEngine({ transfers: [transfer({ key: 2, state: 'held' })] });
    const downloadFolder = join(folder, 'downloads', 'rain');
    const settings = new SettingsKeeper(
      { ...defaultSettings(downloadFolder), askBeforeDownload, seed: false },
      { apply: async () => undefined, save: async () => undefined, changed: () => undefined },
    );
    const answers = fetchingAnswers(nodes.engine, settings, choosing(chosen), () => wordsOf('en'), {
      forget: () => undefined,
    });
    return { nodes, answers, downloadFolder };
  }

  test('holds what the person is asked about, and makes no folder for it', async () => {
    const { nodes, answers, downloadFolder } = await fetching(true);
    await answers.fetch({ link: LINK });
    expect(asked(nodes)).toEqual([
      ['fetch', { link: LINK, from: [], into: downloadFolder, seed: false, hold: true }],
    ]);
    expect(existsSync(downloadFolder)).toBe(false);
  });

  test('begins at once when nobody wants to be asked', async () => {
    const { nodes, answers, downloadFolder } = await fetching(false);
    await answers.fetch({ link: LINK });
    expect(nodes.calls[0].args[0]).toMatchObject({ hold: false });
    expect(existsSync(downloadFolder)).toBe(true);
  });

  test('goes to the download folder, or where the person chose', async () => {
    const chosen = join(folder, 'chosen');
    mkdirSync(chosen);
    const { nodes, answers, downloadFolder } = await fetching(true, [chosen]);
    expect(await answers.destination({ key: 2 })).toEqual({ into: downloadFolder, free: expect.any(Number) });
    expect(await answers.chooseDestination({ key: 2 })).toMatchObject({ into: chosen });
    expect(await answers.destination({ key: 2 })).toMatchObject({ into: chosen });
    await answers.startFetch({ key: 2 });
    expect(asked(nodes)).toEqual([['start', 2, { into: chosen }]]);
    expect(existsSync(downloadFolder)).toBe(false);
  });

  test('keeps what was chosen when it could not begin', async () => {
    const { nodes, answers } = await fetching(true, [folder]);
    await answers.chooseDestination({ key: 2 });
    nodes.answer = () => {
      throw new Failure('no-space', 'full');
    };
    await expect(answers.startFetch({ key: 2 })).rejects.toMatchObject({ code: 'no-space' });
    expect(await answers.destination({ key: 2 })).toMatchObject({ into: folder });
  });

  test('says that the download folder cannot be made', async () => {
    const { nodes, answers } = await fetching(true);
    writeFileSync(join(folder, 'downloads'), 'a file in its place');
    await expect(answers.startFetch({ key: 2 })).rejects.toMatchObject({ code: 'no-such-path' });
    expect(nodes.calls).toEqual([]);
  });

  test('knows no destination of a row that is not there', async () => {
    const { answers } = await fetching(true, [folder]);
    expect(() => answers.destination({ key: 77 })).toThrow(Failure);
    await expect(answers.chooseDestination({ key: 77 })).rejects.toMatchObject({ code: 'unknown-resource' });
  });
});

describe('rows', () => {
  const ROWS = nodeSnapshot({
    shares: [share({ key: 1 }), share({ key: 2, state: 'paused' }), share({ key: 3, state: 'missing' })],
    transfers: [
      transfer({ key: 4, state: 'running' }),
      transfer({ key: 5, state: 'paused' }),
      transfer({ key: 6, state: 'held' }),
      transfer({ key: 7, state: 'stalled' }),
      transfer({ key: 8, state: 'done', id: '00000000000000aa' }),
      transfer({ key: 9, state: 'waiting' }),
    ],
  });
  async function rows(snapshot = ROWS) {
    const nodes = await openEngine(snapshot);
    const desktop: string[] = [];
    const answers = rowAnswers(nodes.engine, {
      copy: async (text) => void desktop.push(`copied ${text}`),
      showInFolder: (path) => void desktop.push(`shown ${path}`),
    });
    return { nodes, answers, desktop };
  }

  test('are paused that go on, and resumed that do not', async () => {
    const { nodes, answers } = await rows();
    await answers.pauseAll(undefined);
    await answers.resumeAll(undefined);
    expect(asked(nodes)).toEqual([
      ['pause', 1],
      ['pause', 4],
      ['pause', 7],
      ['pause', 9],
      ['resume', 2],
      ['resume', 5],
      ['resume', 7],
    ]);
  });

  test('are all paused though one cannot be', async () => {
    const { nodes, answers } = await rows();
    nodes.answer = ({ args }) => {
      if (args[0] === 1) throw new Failure('disk', 'no');
    };
    await expect(answers.pauseAll(undefined)).rejects.toMatchObject({ code: 'disk' });
    expect(nodes.calls).toHaveLength(4);
  });

  test('are history when they are done and nothing serves them', async () => {
    expect(historyOf(ROWS)).toEqual([8]);
    expect(historyOf({ ...ROWS, shares: [share({ id: '00000000000000aa' })] })).toEqual([]);
    const { nodes, answers } = await rows();
    expect(await answers.clearHistory(undefined)).toBe(1);
    expect(asked(nodes)).toEqual([['remove', 8, { deleteFiles: false }]]);
  });

  test('give their link to the clipboard when they have one', async () => {
    const { answers, desktop } = await rows(nodeSnapshot({ shares: [share(), share({ key: 2, link: '' })] }));
    await answers.copyLink({ key: 1 });
    expect(desktop).toEqual([`copied ${LINK}`]);
    await expect(answers.copyLink({ key: 2 })).rejects.toThrow('no link yet');
    await expect(answers.copyLink({ key: 3 })).rejects.toMatchObject({ code: 'unknown-resource' });
  });

  test('are shown where they are: the file, or the folder it will be in', async () => {
    const file = join(folder, 'a.bin');
    writeFileSync(file, '');
    const { answers, desktop } = await rows(
      nodeSnapshot({
        shares: [share({ key: 1, paths: [file] }), share({ key: 2, paths: [join(folder, 'gone')] })],
        transfers: [
          transfer({ key: 3, into: folder }),
          transfer({ key: 4, state: 'done', path: file, into: '/x' }),
        ],
      }),
    );
    for (const key of [1, 3, 4]) await answers.reveal({ key });
    expect(desktop).toEqual([`shown ${file}`, `shown ${folder}`, `shown ${file}`]);
    await expect(answers.reveal({ key: 2 })).rejects.toMatchObject({ code: 'no-such-path' });
  });
});
