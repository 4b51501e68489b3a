import { describe, expect, it } from 'vitest';
import type { TransferSnapshot } from '../../core/api.ts';
import type { WindowState } from '../../preload/contract.ts';
import { type App, createApp } from '../../renderer/state/app.ts';
import {
  bad,
  type FakeBridge,
  fakeBridge,
  good,
  linkFacts,
  share,
  transfer,
  windowState,
} from './fixtures.ts';

const LINK = linkFacts().link;

interface Opened extends FakeBridge {
  readonly app: App;
  flow(): ReturnType<App['store']['getState']>['fetch'];
  change(snapshot: TransferSnapshot): void;
}

function open(answers: Parameters<typeof fakeBridge>[0], state: WindowState = windowState()): Opened {
  const fake = fakeBridge(answers);
  const app = createApp(fake.bridge, state);
  return {
    ...fake,
    app,
    flow: () => app.store.getState().fetch,
    change: (snapshot) => app.news.node([{ type: 'transfer', transfer: snapshot }]),
  };
}

const asksNothing = windowState({ settings: { ...windowState().settings, askBeforeDownload: false } });
const fetching = (state: TransferSnapshot['state']) => ({
  readLinks: () => good([{ facts: linkFacts() }]),
  fetch: () => good(transfer({ key: 7, state })),
  destination: () => good({ into: '/downloads', free: 10 }),
});

describe('from a link to a transfer', () => {
  it('says what is wrong with a pasted text, and answers what is wrong with one of the field', async () => {
    const { app, flow } = open({ readLinks: () => bad('bad-link') });
    expect(await app.actions.beginFetch('x', 'paste')).toBeUndefined();
    expect(flow()).toMatchObject({ step: 'bad', text: 'x', problem: { code: 'bad-link' } });
    app.actions.closeFetch();
    expect(await app.actions.beginFetch('x', 'field')).toMatchObject({ code: 'bad-link' });
    expect(flow().step).toBe('idle');
  });

  it('asks once the transfer is held, and starts it when told', async () => {
    const { app, flow, change, asked } = open(fetching('manifest'));
    await app.actions.beginFetch(LINK, 'field');
    expect(flow()).toMatchObject({ step: 'asking', key: 7, busy: false });
    expect(asked.map(([name]) => name)).toEqual(['readLinks', 'fetch']);

    change(transfer({ key: 7, state: 'held', bytes: 5 }));
    await expect.poll(flow).toMatchObject({ destination: { into: '/downloads', free: 10 } });
    await app.actions.startFetch();
    expect(asked.at(-1)).toEqual(['startFetch', { key: 7 }]);
    expect(flow().step).toBe('idle');
    expect(app.store.getState().focused).toBe(7);
  });

  it('shows the row at once', async () => {
    const { app } = open(fetching('waiting'));
    await app.actions.beginFetch(LINK, 'field');
    expect(app.store.getState().entries.rows).toEqual([7]);
  });

  it('does not ask when the settings say so', async () => {
    const { app, flow } = open(fetching('waiting'), asksNothing);
    await app.actions.beginFetch(LINK, 'paste');
    expect(flow().step).toBe('idle');
    expect(app.store.getState().focused).toBe(7);
  });

  it('asks about a link from outside before anybody hears of it, whatever the settings say', async () => {
    for (const settings of [windowState().settings, asksNothing.settings]) {
      const { app, asked } = open(fetching('waiting'), windowState({ settings }));
      app.news.outside({ waiting: [{ key: 3, facts: linkFacts() }], refused: 0 });
      expect(asked).toEqual([]);
      await app.actions.answerOutside(true);
      expect(asked).toEqual([
        ['forgetOutside', { key: 3 }],
        ['fetch', { link: LINK }],
      ]);
      expect(app.store.getState().outside.waiting).toEqual([]);
    }
  });

  it('forgets a link from outside that is not wanted', async () => {
    const { app, asked } = open(fetching('waiting'));
    app.news.outside({ waiting: [{ key: 3, facts: linkFacts() }], refused: 0 });
    await app.actions.answerOutside(false);
    expect(asked).toEqual([['forgetOutside', { key: 3 }]]);
  });

  it('shows what a link from outside leads to when it is here, and starts nothing', async () => {
    const known = { kind: 'transfer', key: 7 } as const;
    const { app, flow, asked, change } = open({});
    change(transfer({ key: 7, state: 'held' }));
    app.news.outside({ waiting: [{ key: 3, facts: linkFacts({ known }) }], refused: 0 });
    expect(asked).toEqual([['forgetOutside', { key: 3 }]]);
    expect(flow().step).toBe('idle');
    expect(app.store.getState()).toMatchObject({ focused: 7, toasts: [{ message: { says: 'known' } }] });
  });

  it('lets one choose among several links, or fetch them all', async () => {
    const found = [{ facts: linkFacts() }, { facts: linkFacts({ id: 'b', link: 'rain:b' }) }];
    const { app, flow, asked } = open({ ...fetching('manifest'), readLinks: () => good(found) });
    await app.actions.beginFetch('two', 'paste');
    expect(flow()).toEqual({ step: 'choose', found });
    await app.actions.fetchAll(found.map(({ facts }) => facts));
    expect(asked.filter(([name]) => name === 'fetch').map(([, argument]) => argument)).toEqual([
      { link: LINK },
      { link: 'rain:b' },
    ]);
    expect(flow().step).toBe('idle');
  });

  it('keeps the question when it cannot start, and says why', async () => {
    const { app, flow, change } = open({ ...fetching('held'), startFetch: () => bad('no-space') });
    change(transfer({ key: 7, state: 'held' }));
    app.actions.askAbout(7);
    await app.actions.startFetch();
    expect(flow()).toMatchObject({ step: 'asking', busy: false, problem: { code: 'no-space' } });
  });

  it('leaves the row when the dialog is closed, and removes it when it is not wanted', async () => {
    const { app, flow, change, asked } = open(fetching('held'));
    change(transfer({ key: 7, state: 'held' }));
    app.actions.askAbout(7);
    app.actions.closeFetch();
    expect(asked.some(([name]) => name === 'remove')).toBe(false);
    app.actions.askAbout(7);
    await app.actions.cancelFetch();
    expect(asked.at(-1)).toEqual(['remove', { key: 7, deleteFiles: true }]);
    expect(flow().step).toBe('idle');
  });

  it('stops asking about what has begun or gone', () => {
    const { app, flow, change } = open(fetching('held'));
    change(transfer({ key: 7, state: 'held' }));
    app.actions.askAbout(7);
    change(transfer({ key: 7, state: 'running' }));
    expect(flow().step).toBe('idle');
    app.actions.askAbout(8);
    expect(flow().step).toBe('idle');
  });

  it('shows what is here already instead of fetching it', async () => {
    const known = { kind: 'share', key: 3 } as const;
    const { app, asked } = open({ readLinks: () => good([{ facts: linkFacts({ known }) }]) });
    app.news.node([{ type: 'share', share: share({ key: 3 }) }]);
    await app.actions.beginFetch(LINK, 'paste');
    expect(asked.map(([name]) => name)).toEqual(['readLinks']);
    expect(app.store.getState()).toMatchObject({ focused: 3, toasts: [{ message: { says: 'known' } }] });
  });

  it('goes with the later of two links', async () => {
    const answers: ((value: unknown) => void)[] = [];
    const { app, flow } = open({ readLinks: () => new Promise((resolve) => answers.push(resolve)) });
    const first = app.actions.beginFetch('first', 'paste');
    const second = app.actions.beginFetch('second', 'paste');
    await expect.poll(() => answers.length).toBe(2);
    answers[1](bad('bad-link'));
    await second;
    answers[0](bad('bad-link'));
    await first;
    expect(flow()).toMatchObject({ step: 'bad', text: 'second' });
  });

  it('offers what the clipboard holds, unless it is here', async () => {
    const { app, asked } = open(fetching('manifest'));
    app.news.offer([linkFacts({ known: { kind: 'share', key: 1 } })]);
    expect(app.store.getState().offer).toEqual([]);
    app.news.offer([linkFacts()]);
    expect(app.store.getState().offer).toMatchObject([{ link: LINK }]);
    expect(asked).toEqual([]);
    await app.actions.takeOffer();
    expect(app.store.getState().offer).toEqual([]);
    expect(asked.map(([name]) => name)).toEqual(['fetch']);
  });

  it('offers nothing any more once it is fetched by another way', () => {
    const { app } = open({});
    app.news.offer([linkFacts({ id: transfer({ key: 7 }).id })]);
    app.news.node([{ type: 'transfer', transfer: transfer({ key: 6 }) }]);
    expect(app.store.getState().offer).toHaveLength(1);
    app.news.node([{ type: 'transfer', transfer: transfer({ key: 7 }) }]);
    expect(app.store.getState().offer).toEqual([]);
  });

  it('puts away an offer that is not wanted', () => {
    const { app, asked } = open(fetching('manifest'));
    app.news.offer([linkFacts()]);
    app.actions.refuseOffer();
    expect(app.store.getState().offer).toEqual([]);
    expect(asked).toEqual([]);
  });
});
