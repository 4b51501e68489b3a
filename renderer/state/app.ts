/** The state of the window, its actions, and the news that keep it up to date. */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { NodeEvent, Problem } from '../../core/api.ts';
import type { LinkFacts, RainBridge, Result, WindowState } from '../../preload/contract.ts';
import type { AppActions, AppState, Message } from './app-state.ts';
import { type Entries, entriesOf, rowAfter, rowOf, withAnswer, withEvents } from './entries.ts';
import { createFetchFlow, NO_FETCH } from './fetch-flow.ts';
import { follow, type NewsListeners } from './news.ts';
import { createRowActions } from './row-actions.ts';
import { Samples } from './samples.ts';
import { createStoreActions } from './store-actions.ts';
import { createViewActions } from './view-actions.ts';

export interface App {
  readonly store: StoreApi<AppState>;
  readonly actions: AppActions;
  /** Throughput of the transfers that run; it changes whenever their snapshots do. */
  readonly samples: Samples;
  readonly news: NewsListeners;
}

/** What the engine told of itself is kept so far back. */
const MAX_PROBLEMS = 20;

/** Main answers at once, whatever the engine does: who waits for so long, ms, waits in vain. */
const PATIENCE = 10_000;

/**
 * What opens the state over the bridge, with what main says that there is; until it has, it can be tried again. What
 * main tells from now on is not missed.
 */
export function appOpener(bridge: RainBridge): () => Promise<Result<App>> {
  const news = follow(bridge);
  return async () => {
    const state = await inTime(bridge.state().catch(unanswered));
    if (!state.ok) return state;
    const app = createApp(bridge, state.value);
    news.to(app.news);
    return { ok: true, value: app };
  };
}

/** Main answers even what fails: where it does not, something is wrong with the app itself. */
function unanswered(error: unknown): Result<never> {
  return { ok: false, problem: { code: 'internal', message: String(error), hint: '' } };
}

/** An answer that does not come is a failure too: the window would stay empty, and nobody know why. */
async function inTime<T>(answer: Promise<Result<T>>): Promise<Result<T>> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<Result<T>>((resolve) => {
    timer = setTimeout(() => resolve(unanswered(`no answer for ${PATIENCE / 1000} s`)), PATIENCE);
  });
  const first = await Promise.race([answer, late]);
  clearTimeout(timer);
  return first;
}

/** `now`: ms since the epoch. */
export function createApp(bridge: RainBridge, initial: WindowState, now: () => number = Date.now): App {
  const samples = new Samples();
  const store = createStore<AppState>(() => ({
    ...received(initial),
    screen: 'transfers',
    group: 'all',
    search: '',
    focused: undefined,
    opened: undefined,
    reveals: false,
    fieldWanted: 0,
    searchWanted: 0,
    fetch: NO_FETCH,
    offer: [],
    question: undefined,
    toasts: [],
  }));
  const get = store.getState;
  const set = store.setState;

  const view = createViewActions(store);
  const say = (message: Message): void => view.say(message);
  const added = (answer: NodeEvent & { type: 'transfer' | 'share' }): void => {
    const entries = withAnswer(get().entries, answer);
    set({ entries, offer: stillOffered(entries, get().offer) });
  };
  const goTo = (key: number): void => view.goTo(rowOf(get().entries, key));
  function check<T>(result: Result<T>): result is Result<T> & { readonly ok: true } {
    if (!result.ok) say({ says: 'problem', problem: result.problem });
    return result.ok;
  }

  const { transfersChanged, ...fetch } = createFetchFlow({
    bridge,
    flow: () => get().fetch,
    write: (flow) => set({ fetch: flow }),
    asksBeforeDownload: () => get().settings.askBeforeDownload,
    transfer: (key) => get().entries.transfers.get(key),
    added: (transfer) => added({ type: 'transfer', transfer }),
    reveal: goTo,
    knownAlready: () => say({ says: 'known' }),
    failed: (problem: Problem) => say({ says: 'problem', problem }),
  });

  const actions: AppActions = {
    ...view,
    ...fetch,
    ...createRowActions({
      bridge,
      entries: () => get().entries,
      sharePublic: () => get().settings.sharePublic,
      added,
      goTo,
      say,
      check,
    }),
    ...createStoreActions({
      bridge,
      store: () => get().store,
      secretSet: (storeSecret) => set({ storeSecret }),
      say,
      check,
    }),
    changeSettings: async (change) => {
      const changed = await bridge.changeSettings(change);
      if (changed.ok) set({ settings: changed.value });
      return changed;
    },
    chooseDownloadFolder: async () => {
      const changed = await bridge.chooseDownloadFolder();
      if (check(changed) && changed.value !== undefined) set({ settings: changed.value });
    },
    listFiles: (query) => bridge.listFiles(query),
    reopen: async () => void check(await bridge.reopen()),
    takeOffer: async () => {
      const { offer } = get();
      set({ offer: [] });
      if (offer.length > 0) await fetch.openLinks(offer.map((facts) => ({ facts })));
    },
    refuseOffer: () => set({ offer: [] }),
    answerOutside: async (isWanted) => {
      const [first] = get().outside.waiting;
      if (first === undefined) return;
      const { waiting, refused } = get().outside;
      set({ outside: { waiting: waiting.slice(1), refused } });
      await bridge.forgetOutside({ key: first.key });
      if (isWanted && 'facts' in first) await fetch.openLinks([first]);
    },
  };

  /** What is here already is shown, and not asked about. */
  function outsideCame(): void {
    const { engine, outside } = get();
    for (const read of engine.state === 'open' ? outside.waiting : []) {
      if (!('facts' in read) || read.facts.known === undefined) continue;
      void bridge.forgetOutside({ key: read.key });
      goTo(read.facts.known.key);
      say({ says: 'known' });
    }
  }

  function nodeEvents(events: readonly NodeEvent[]): void {
    const before = get();
    const entries = withEvents(before.entries, events);
    const change: { -readonly [K in keyof AppState]?: AppState[K] } = {};
    if (entries !== before.entries) {
      change.entries = entries;
      change.offer = stillOffered(entries, before.offer);
      change.focused = rowAfter(before.entries, entries, before.focused);
    }
    for (const event of events) {
      if (event.type === 'transfer') {
        const was = before.entries.transfers.get(event.transfer.key)?.state;
        samples.see(now(), event.transfer, was === 'running' || was === 'finishing');
      } else if (event.type === 'transfer-removed') samples.forget(event.key);
      else if (event.type === 'servers') change.servers = event.servers;
      else if (event.type === 'problem')
        change.problems = [...(change.problems ?? before.problems), event.problem].slice(-MAX_PROBLEMS);
      else if (event.type === 'listening') {
        change.port = event.port;
        change.addresses = event.addresses;
      }
    }
    set(change);
    for (const event of events)
      if (event.type === 'problem') say({ says: 'problem', problem: event.problem });
    transfersChanged();
  }

  return {
    store,
    actions,
    samples,
    news: {
      node: nodeEvents,
      state: (state) => {
        set(received(state));
        transfersChanged();
        outsideCame();
      },
      engine: (engine) => set({ engine }),
      settings: (settings) => set({ settings }),
      store: (store) => set({ store }),
      puts: (puts) => set({ puts }),
      online: (online) => set({ online }),
      focused: (hasKeyboard) => set({ hasKeyboard }),
      outside: (outside) => {
        set({ outside });
        outsideCame();
      },
      offer: (offer) => set({ offer: offer.filter(({ known }) => known === undefined) }),
      notice: (notice) =>
        say(notice.type === 'problem' ? { says: 'problem', problem: notice.problem } : { says: notice.type }),
      show: (target) => ('key' in target ? goTo(target.key) : view.show(target.screen)),
    },
  };
}

/** What the clipboard holds is no offer any more once it is here. */
function stillOffered(entries: Entries, offer: readonly LinkFacts[]): readonly LinkFacts[] {
  if (offer.length === 0) return offer;
  const here = new Set([...entries.transfers.values(), ...entries.shares.values()].map(({ id }) => id));
  return offer.some(({ id }) => here.has(id)) ? offer.filter(({ id }) => !here.has(id)) : offer;
}

type Received = Omit<
  AppState,
  | 'screen'
  | 'group'
  | 'search'
  | 'focused'
  | 'opened'
  | 'reveals'
  | 'fieldWanted'
  | 'searchWanted'
  | 'fetch'
  | 'offer'
  | 'question'
  | 'toasts'
>;

function received({ node, focused, ...rest }: WindowState): Received {
  const { port, addresses, servers, problems } = node;
  return {
    ...rest,
    hasKeyboard: focused,
    entries: entriesOf(node),
    port,
    addresses,
    servers,
    problems,
  };
}
