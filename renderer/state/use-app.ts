/** The state of the window in components. */
import { createContext, useContext } from 'react';
import { useStore } from 'zustand';
import type { App } from './app.ts';
import type { AppActions, AppState } from './app-state.ts';

export const AppContext = createContext<App | undefined>(undefined);

/** A part of the state; the component is drawn anew when that part is another. `select` must give what is kept. */
export function useApp<T>(select: (state: AppState) => T): T {
  return useStore(useAppItself().store, select);
}

/** Always the same object. */
export function useActions(): AppActions {
  return useAppItself().actions;
}

export function useAppItself(): App {
  const app = useContext(AppContext);
  if (app === undefined) throw new Error('There is no app around this component.');
  return app;
}
