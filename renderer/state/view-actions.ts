/** What a person looks at: screens, filters, the row in focus, questions and messages. */
import type { StoreApi } from 'zustand/vanilla';
import type { AppActions, AppState } from './app-state.ts';
import { listed } from './listing.ts';

type ViewActions = Pick<
  AppActions,
  | 'ask'
  | 'dismiss'
  | 'show'
  | 'setGroup'
  | 'setSearch'
  | 'focus'
  | 'toggle'
  | 'goTo'
  | 'focusField'
  | 'focusSearch'
  | 'say'
  | 'unsay'
>;

/** More would cover the list. */
const MAX_TOASTS = 3;

export function createViewActions({ getState: get, setState: set }: StoreApi<AppState>): ViewActions {
  let lastToast = 0;
  return {
    ask: (question) => set({ question }),
    dismiss: () => set({ question: undefined }),
    show: (screen) => set({ screen }),
    setGroup: (group) => set({ group }),
    setSearch: (search) => set({ search }),
    focus: (row) => set({ focused: row }),
    toggle: (row) => set({ focused: row, opened: get().opened === row ? undefined : row }),
    goTo: (row) => {
      const { entries, group, search, revealed } = get();
      const hidden = !listed(entries, group, search).includes(row);
      set({
        screen: 'transfers',
        focused: row,
        revealed: revealed + 1,
        ...(hidden && { group: 'all', search: '' }),
      });
    },
    focusField: () => set({ fieldWanted: get().fieldWanted + 1 }),
    focusSearch: () => set({ screen: 'transfers', searchWanted: get().searchWanted + 1 }),
    say: (message) => set({ toasts: [...get().toasts, { id: ++lastToast, message }].slice(-MAX_TOASTS) }),
    unsay: (toast) => set({ toasts: get().toasts.filter(({ id }) => id !== toast) }),
  };
}
