import { useEffect, useState } from 'react';
import type { Problem } from '../../../core/api.ts';
import type { StoreView } from '../../../preload/contract.ts';

/** From the end of one look to the next, ms. */
const LOOK_EVERY = 1000;

export interface Looked {
  /** What was seen last; undefined: nothing yet. */
  readonly view: StoreView | undefined;
  /** Why the last look saw nothing. */
  readonly problem: Problem | undefined;
}

/** Looks at the store as long as the component is there and the window can be seen. */
export function useStoreView(): Looked {
  const [looked, setLooked] = useState<Looked>({ view: undefined, problem: undefined });
  useEffect(() => {
    let isOver = false;
    let timer: number | undefined;
    const look = async (): Promise<void> => {
      if (document.visibilityState === 'visible') {
        const answer = await window.rain.storeView();
        if (isOver) return;
        setLooked(({ view }) =>
          answer.ok ? { view: answer.value, problem: undefined } : { view, problem: answer.problem },
        );
      }
      timer = window.setTimeout(() => void look(), LOOK_EVERY);
    };
    void look();
    return () => {
      isOver = true;
      window.clearTimeout(timer);
    };
  }, []);
  return looked;
}
