import { useState } from 'react';
import type { Problem } from '../../../core/api.ts';
import type { Settings, SettingsChange } from '../../../preload/contract.ts';
import { useActions, useApp } from '../../state/use-app.ts';

type Name = keyof SettingsChange;

export interface Change<V> {
  /** Why the last change was refused; what is set is the old value then. */
  readonly problem: Problem | undefined;
  readonly change: (value: V) => Promise<void>;
  /** The last refusal is over: something else is being entered. */
  readonly forget: () => void;
}

export interface Setting<V> extends Change<V> {
  readonly value: V;
}

/** One setting, as main has it: what is shown is what holds. */
export function useSetting<N extends Name>(name: N): Setting<Settings[N]> {
  const value = useApp((state) => state.settings[name]);
  const { change, ...rest } = useChange();
  return { value, ...rest, change: (next) => change({ [name]: next }) };
}

/** Changes settings that belong together, all or none. */
export function useChange(): Change<SettingsChange> {
  const { changeSettings } = useActions();
  const [problem, setProblem] = useState<Problem>();
  return {
    problem,
    change: async (change) => {
      const changed = await changeSettings(change);
      setProblem(changed.ok ? undefined : changed.problem);
    },
    forget: () => setProblem(undefined),
  };
}
