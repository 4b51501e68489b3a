/** What a person does with the store. What became of it comes as news. */
import type { RainBridge, Result, Store, StoreEntry, StoreSecret } from '../../preload/contract.ts';
import type { AppActions, Message } from './app-state.ts';

type StoreActions = Pick<
  AppActions,
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

export interface StoreActionsHost {
  readonly bridge: RainBridge;
  store(): Store;
  secretSet(secret: StoreSecret): void;
  say(message: Message): void;
  check<T>(result: Result<T>): result is Result<T> & { readonly ok: true };
}

export function createStoreActions({ bridge, store, secretSet, say, check }: StoreActionsHost): StoreActions {
  function put(result: Result<readonly StoreEntry[]>): void {
    if (check(result) && result.value.length > 0) say({ says: 'put', entries: result.value });
  }

  return {
    readEntryName: (text) => bridge.readEntryName({ text }),
    choosePut: async (id) => put(await bridge.choosePut(id === undefined ? {} : { id })),
    putDropped: async (files) => {
      if (files.length > 0) put(await bridge.putDropped(files));
    },
    cancelPut: async (key) => void check(await bridge.cancelPut({ key })),
    deleteEntry: async (id) => {
      if (check(await bridge.deleteEntry({ id }))) say({ says: 'entry-deleted', id });
    },
    openStorePage: async () => void check(await bridge.openStorePage()),
    copyStoreAddress: async () => {
      const now = store();
      if (check(await bridge.copyStoreAddress()) && now.state === 'open')
        say({ says: 'address-copied', address: now.url });
    },
    setStoreSecret: async (secret) => {
      const set = await bridge.setStoreSecret({ secret });
      if (set.ok) secretSet(set.value);
      return set;
    },
    reopenStore: async () => void check(await bridge.reopenStore()),
  };
}
