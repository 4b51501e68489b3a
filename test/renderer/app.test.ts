import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Result } from '../../preload/contract.ts';
import { type App, appOpener, createApp } from '../../renderer/state/app.ts';
import { bad, fakeBridge, good, server, share, transfer, windowState } from './fixtures.ts';

describe('the state of the window', () => {
  it('says what came before the first state, and takes figures from the state alone', async () => {
    let answer: (value: unknown) => void = () => undefined;
    const fake = fakeBridge({ state: () => new Promise((resolve) => (answer = resolve)) });
    const opening = appOpener(fake.bridge)();
    fake.tell('node', [{ type: 'transfer', transfer: transfer({ key: 1, verified: 1 }) }]);
    fake.tell('notice', { type: 'problem', problem: bad('no-space').problem });
    const { node } = windowState();
    answer(good(windowState({ node: { ...node, transfers: [transfer({ key: 1, verified: 2 })] } })));
    const app = opened(await opening);
    expect(app.store.getState().entries.transfers.get(1)?.verified).toBe(2);
    expect(app.store.getState().toasts).toMatchObject([{ message: { problem: { code: 'no-space' } } }]);
    fake.tell('node', [{ type: 'transfer', transfer: transfer({ key: 1, verified: 3 }) }]);
    expect(app.store.getState().entries.transfers.get(1)?.verified).toBe(3);
  });

  it('can be opened once main answers, and then says what came meanwhile', async () => {
    const answers = [
      () => bad('no-permission'),
      () => Promise.reject(new Error('no handler')),
      () => good(windowState()),
    ];
    const fake = fakeBridge({ state: () => answers.shift()?.() });
    const open = appOpener(fake.bridge);
    expect(await open()).toMatchObject({ ok: false, problem: { code: 'no-permission' } });
    fake.tell('notice', { type: 'problem', problem: bad('no-space').problem });
    expect(await open()).toMatchObject({
      ok: false,
      problem: { code: 'internal', message: expect.stringContaining('no handler') },
    });
    const app = opened(await open());
    expect(app.store.getState().toasts).toMatchObject([{ message: { problem: { code: 'no-space' } } }]);
  });

  it('is not waited for in vain, and can be opened when main has come to itself', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const answers = [() => new Promise(() => undefined), () => good(windowState())];
    const open = appOpener(fakeBridge({ state: () => answers.shift()?.() }).bridge);
    const opening = open();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await opening).toMatchObject({
      ok: false,
      problem: { code: 'internal', message: expect.stringContaining('no answer') },
    });
    expect(opened(await open()).store.getState().screen).toBe('transfers');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('samples the throughput of what runs', () => {
    let now = 1000;
    const app = createApp(fakeBridge().bridge, windowState(), () => now);
    const running = transfer({ key: 1, rate: 5, servers: [server('a', 1)] });
    app.news.node([{ type: 'transfer', transfer: running }]);
    now = 1250;
    app.news.node([{ type: 'transfer', transfer: { ...running, state: 'done', rate: 0 } }]);
    expect([...(app.samples.of(1)?.times ?? [])]).toEqual([1000, 1250]);
    app.news.node([{ type: 'transfer-removed', key: 1 }]);
    expect(app.samples.of(1)).toBeUndefined();
  });

  it('says each problem of the engine once as long as it is shown, and keeps the latest', () => {
    const app = createApp(fakeBridge().bridge, windowState());
    const { problem } = bad('no-space');
    const tell = (message: string): void =>
      app.news.node([{ type: 'problem', problem: { ...problem, message } }]);
    for (let i = 0; i < 25; i++) tell('one');
    expect(app.store.getState().problems).toHaveLength(20);
    expect(app.store.getState().toasts).toHaveLength(1);
    for (const message of ['two', 'three', 'four']) tell(message);
    expect(app.store.getState().toasts).toMatchObject(
      ['two', 'three', 'four'].map((message) => ({ message: { problem: { message } } })),
    );
  });

  it('shows a row that the filter hides', () => {
    const app = createApp(fakeBridge().bridge, windowState());
    app.news.node([{ type: 'share', share: share({ key: 4 }) }]);
    app.actions.setGroup('done');
    app.actions.setSearch('nothing');
    app.actions.show('settings');
    app.news.show({ key: 4 });
    expect(app.store.getState()).toMatchObject({
      screen: 'transfers',
      group: 'all',
      search: '',
      focused: 4,
      reveals: true,
    });
  });
});

describe('the row in focus', () => {
  it('is followed by the one in its place when it goes', () => {
    const app = createApp(fakeBridge().bridge, windowState());
    app.news.node([1, 2, 3].map((key) => ({ type: 'share', share: share({ key }) })));
    const remove = (key: number): void => app.news.node([{ type: 'share-removed', key }]);
    const focused = (): number | undefined => app.store.getState().focused;
    app.actions.focus(2);
    remove(3);
    expect(focused()).toBe(2);
    remove(2);
    expect(focused()).toBe(1);
    remove(1);
    expect(focused()).toBeUndefined();
  });
});

describe('a link that is not there yet', () => {
  it('is not copied', async () => {
    const { bridge, asked } = fakeBridge();
    const app = createApp(bridge, windowState());
    app.news.node([{ type: 'share', share: share({ key: 1, state: 'hashing', link: '' }) }]);
    await app.actions.copyLink(1);
    expect(asked).toEqual([]);
  });
});

describe('a row that fetched and serves', () => {
  const node = {
    ...windowState().node,
    transfers: [transfer({ key: 1, state: 'done', path: '/a', id: 'aa' })],
    shares: [share({ key: 2, paths: ['/a'], id: 'aa' })],
  };

  it('pauses what serves, and removes both, the share first', async () => {
    const { bridge, asked } = fakeBridge();
    const app = createApp(bridge, windowState({ node }));
    await app.actions.pause(1);
    await app.actions.remove(1, true);
    expect(asked).toEqual([
      ['pause', { key: 2 }],
      ['remove', { key: 2, deleteFiles: false }],
      ['remove', { key: 1, deleteFiles: true }],
    ]);
  });

  it('is shown when its share is to be shown', () => {
    const app = createApp(fakeBridge().bridge, windowState({ node }));
    app.news.show({ key: 2 });
    expect(app.store.getState().focused).toBe(1);
  });
});

describe('sharing', () => {
  it('shares as the settings say, or as the drop says, and shows the row', async () => {
    const { bridge, asked } = fakeBridge({ shareDropped: () => good(share({ key: 9, state: 'hashing' })) });
    const app = createApp(bridge, windowState());
    const files = [{}] as unknown as File[];
    await app.actions.shareDropped(files);
    expect(app.store.getState()).toMatchObject({ focused: 9, entries: { rows: [9] } });
    await app.actions.shareDropped([]);
    expect(asked).toHaveLength(1);
  });

  it('says why it could not', async () => {
    const { bridge } = fakeBridge({ chooseShare: () => bad('no-permission') });
    const app = createApp(bridge, windowState());
    await app.actions.chooseShare('files');
    expect(app.store.getState().toasts).toMatchObject([
      { message: { says: 'problem', problem: { code: 'no-permission' } } },
    ]);
  });
});

function opened(result: Result<App>): App {
  if (!result.ok) throw new Error(result.problem.message);
  return result.value;
}
