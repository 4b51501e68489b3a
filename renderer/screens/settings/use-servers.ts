import { useCallback, useState } from 'react';
import type { Problem } from '../../../core/api.ts';

/** What was done with the list. `count`: how many were new. */
export type Done =
  | { readonly what: 'added' | 'removed'; readonly address: string }
  | { readonly what: 'imported'; readonly count: number };

export interface ServerList {
  readonly checking: boolean;
  /** What was done last. */
  readonly done: Done | undefined;
  /** Why the last thing was not done. */
  readonly problem: Problem | undefined;
  /** Gives why the address was not taken. */
  readonly add: (address: string) => Promise<Problem | undefined>;
  readonly remove: (address: string) => Promise<void>;
  readonly importList: () => Promise<void>;
  readonly check: () => Promise<void>;
}

/** What can be done with the list of servers; the list itself comes as news of the engine. */
export function useServers(): ServerList {
  const [checking, setChecking] = useState(false);
  const [done, setDone] = useState<Done>();
  const [problem, setProblem] = useState<Problem>();

  const check = useCallback(async () => {
    setChecking(true);
    const checked = await window.rain.checkServers();
    setChecking(false);
    setProblem(checked.ok ? undefined : checked.problem);
  }, []);

  return {
    checking,
    done,
    problem,
    check,
    add: async (address) => {
      const added = await window.rain.addServer({ address });
      if (!added.ok) return added.problem;
      setDone({ what: 'added', address });
      void check();
      return undefined;
    },
    remove: async (address) => {
      const removed = await window.rain.removeServer({ address });
      setProblem(removed.ok ? undefined : removed.problem);
      if (removed.ok) setDone({ what: 'removed', address });
    },
    importList: async () => {
      const imported = await window.rain.importServers();
      setProblem(imported.ok ? undefined : imported.problem);
      if (!imported.ok || imported.value === undefined) return;
      setDone({ what: 'imported', count: imported.value });
      void check();
    },
  };
}
