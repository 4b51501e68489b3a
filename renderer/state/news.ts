/** What main tells the window by itself, in order, from the first moment on. */
import type { News, NewsName, RainBridge } from '../../preload/contract.ts';

export type NewsListeners = { readonly [N in NewsName]: (news: News[N]) => void };

/** Of the figures that come before the first state nothing is lost: that state holds them. The rest is said once. */
const ONCE = { offer: true, notice: true, show: true } as const;

/** Listens at once; what must not be missed is kept until there is somebody to tell. */
export function follow(bridge: Pick<RainBridge, 'on'>): { to(listeners: NewsListeners): void } {
  let told: NewsListeners | undefined;
  const kept: (() => void)[] = [];
  const listen = <N extends NewsName>(name: N): void => {
    bridge.on(name, (news) => {
      if (told !== undefined) told[name](news);
      else if (name in ONCE) kept.push(() => told?.[name](news));
    });
  };
  for (const name of [
    'node',
    'state',
    'engine',
    'settings',
    'store',
    'puts',
    'online',
    'focused',
    'outside',
    'offer',
    'notice',
    'show',
  ] as const satisfies readonly NewsName[])
    listen(name);
  return {
    to: (listeners) => {
      told = listeners;
      for (const tell of kept) tell();
    },
  };
}
