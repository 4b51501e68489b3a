import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '../../../core/api.ts';
import { useFormat } from '../../format/use-format.ts';

export interface ServerList {
  readonly checking: boolean;
  /** What was done last, in words. */
  readonly said: string;
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
  const { t } = useTranslation('settings');
  const format = useFormat();
  const [checking, setChecking] = useState(false);
  const [said, setSaid] = useState('');
  const [problem, setProblem] = useState<Problem>();

  const check = useCallback(async () => {
    setChecking(true);
    const checked = await window.rain.checkServers();
    setChecking(false);
    setProblem(checked.ok ? undefined : checked.problem);
  }, []);

  return {
    checking,
    said,
    problem,
    check,
    add: async (address) => {
      const added = await window.rain.addServer({ address });
      if (!added.ok) return added.problem;
      setSaid(t('servers.added', { address }));
      void check();
      return undefined;
    },
    remove: async (address) => {
      const removed = await window.rain.removeServer({ address });
      setProblem(removed.ok ? undefined : removed.problem);
      if (removed.ok) setSaid(t('servers.removed', { address }));
    },
    importList: async () => {
      const imported = await window.rain.importServers();
      setProblem(imported.ok ? undefined : imported.problem);
      if (!imported.ok || imported.value === undefined) return;
      const count = imported.value;
      setSaid(
        count === 0
          ? t('servers.importedNone')
          : t('servers.imported', { count, formatted: format.count(count) }),
      );
      void check();
    },
  };
}
