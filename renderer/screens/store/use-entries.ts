import { useCallback, useEffect, useState } from 'react';
import type { StoreEntry } from '../../../preload/contract.ts';
import { loadEntries, PAGE } from './load-entries.ts';

export interface Loaded {
  /** Undefined: not yet. */
  readonly entries: readonly StoreEntry[] | undefined;
  /** The end of what is loaded is in sight. */
  readonly more: () => void;
}

/** The entries by id, as far as somebody has looked; loaded anew whenever `stamp` is another. */
export function useEntries(stamp: string): Loaded {
  const [entries, setEntries] = useState<readonly StoreEntry[]>();
  const [wanted, setWanted] = useState(PAGE);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the stamp says that there are others
  useEffect(() => {
    let isOver = false;
    void loadEntries(window.rain, wanted, () => isOver).then((loaded) => {
      if (loaded !== undefined && !isOver) setEntries(loaded);
    });
    return () => {
      isOver = true;
    };
  }, [stamp, wanted]);
  const count = entries?.length ?? 0;
  const more = useCallback(() => {
    if (count > 0 && count % PAGE === 0) setWanted(count + PAGE);
  }, [count]);
  return { entries, more };
}
