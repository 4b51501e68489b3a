/** Answers about the store and its entries. */
import { Failure } from '../../core/failure.ts';
import type { StoreEntry } from '../../preload/contract.ts';
import type { Engine } from '../node/engine.ts';
import type { StoreKeeper } from '../store/store-keeper.ts';
import type { Answers } from './answer.ts';
import type { Dialogs } from './dialogs.ts';
import { checkDropped } from './dropped.ts';

type StoreAnswers = Pick<
  Answers,
  | 'storeView'
  | 'storeEntries'
  | 'readEntryName'
  | 'choosePut'
  | 'putDropped'
  | 'cancelPut'
  | 'deleteEntry'
  | 'openStorePage'
  | 'copyStoreAddress'
  | 'setStoreSecret'
  | 'reopenStore'
>;

/** What the store wants of the system. */
export interface StoreDesktop {
  copy(text: string): Promise<void>;
  openInBrowser(url: string): Promise<void>;
}

export function storeAnswers(
  engine: Engine,
  store: StoreKeeper,
  dialogs: Pick<Dialogs, 'chooseToPut'>,
  desktop: StoreDesktop,
): StoreAnswers {
  const put = async (paths: readonly string[], id?: string): Promise<readonly StoreEntry[]> => {
    const entries: StoreEntry[] = [];
    for (const path of paths) {
      const entry = await engine.call('putEntry', path, id);
      if (entry !== undefined) entries.push(entry);
    }
    return entries;
  };
  return {
    storeView: () => engine.call('storeView'),
    storeEntries: ({ after, limit }) => engine.call('storeEntries', after, limit),
    readEntryName: ({ text }) => engine.call('readEntryName', text),
    choosePut: async ({ id }) => put(await dialogs.chooseToPut(id === undefined), id),
    putDropped: async ({ paths }) => {
      await Promise.all(paths.map(checkDropped));
      return put(paths);
    },
    cancelPut: async ({ key }) => {
      await engine.call('cancelPut', key);
      return undefined;
    },
    deleteEntry: async ({ id }) => {
      await engine.call('deleteEntry', id);
      return undefined;
    },
    openStorePage: async () => {
      await desktop.openInBrowser(gatewayOf(store));
      return undefined;
    },
    copyStoreAddress: async () => {
      await desktop.copy(gatewayOf(store));
      return undefined;
    },
    setStoreSecret: ({ secret }) => store.setSecret(secret ?? undefined),
    reopenStore: async () => {
      await store.open();
      return undefined;
    },
  };
}

/** The browser is given the address of this app's own gateway on the loopback, and nothing else. */
function gatewayOf({ state }: StoreKeeper): string {
  const url = state.state === 'open' && URL.canParse(state.url) ? new URL(state.url) : undefined;
  if (url?.protocol === 'http:' && url.hostname === '127.0.0.1') return url.href;
  throw new Failure('interrupted', 'The store is not open.');
}
