/** What a person looks at: screens, filters, the row in focus, questions and messages. */
import type { StoreApi } from 'zustand/vanilla';
import type { AppActions, AppState, Message } from './app-state.ts';
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
  | 'revealed'
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
      const { entries, group, search } = get();
      const hidden = !listed(entries, group, search).includes(row);
      set({
        screen: 'transfers',
        focused: row,
        reveals: true,
        ...(hidden && { group: 'all', search: '' }),
      });
    },
    revealed: () => set({ reveals: false }),
    focusField: () => set({ fieldWanted: get().fieldWanted + 1 }),
    focusSearch: () => set({ screen: 'transfers', searchWanted: get().searchWanted + 1 }),
    say: (message) => {
      const { toasts } = get();
      if (toasts.some((toast) => isSameProblem(toast.message, message))) return;
      // Of the same kind the latest counts, but for problems: each of them is to be read.
      const others = toasts.filter(
        (toast) => toast.message.says === 'problem' || toast.message.says !== message.says,
      );
      set({ toasts: [...others, { id: ++lastToast, message }].slice(-MAX_TOASTS) });
    },
    unsay: (toast) => set({ toasts: get().toasts.filter(({ id }) => id !== toast) }),
  };
}

function isSameProblem(a: Message, b: Message): boolean {
  if (a.says !== 'problem' || b.says !== 'problem') return false;
  return a.problem.code === b.problem.code && a.problem.message === b.problem.message;
}
