import { useState } from 'react';
import type { Problem } from '../../../core/api.ts';
import type { Settings, SettingsChange } from '../../../preload/contract.ts';
import { useActions, useApp } from '../../state/use-app.ts';

type Name = keyof SettingsChange;

export interface Setting<V> {
  readonly value: V;
  /** Why the last change was refused; the value is the old one then. */
  readonly problem: Problem | undefined;
  readonly change: (value: V) => Promise<void>;
}

/** One setting, as main has it: what is shown is what holds. */
export function useSetting<N extends Name>(name: N): Setting<Settings[N]> {
  const value = useApp((state) => state.settings[name]);
  const { changeSettings } = useActions();
  const [problem, setProblem] = useState<Problem>();
  return {
    value,
    problem,
    change: async (next) => {
      const change: SettingsChange = { [name]: next };
      const changed = await changeSettings(change);
      setProblem(changed.ok ? undefined : changed.problem);
    },
  };
}
