/** What a person does with rows. A row that fetched and serves is one row of two entries: both are acted on. */
import type { NodeEvent, ShareSnapshot } from '../../core/api.ts';
import type { RainBridge, Result } from '../../preload/contract.ts';
import type { AppActions, Message } from './app-state.ts';
import type { Entries } from './entries.ts';

type RowActions = Pick<
  AppActions,
  | 'chooseShare'
  | 'shareDropped'
  | 'pause'
  | 'resume'
  | 'pauseAll'
  | 'resumeAll'
  | 'copyLink'
  | 'reveal'
  | 'remove'
  | 'setPublic'
  | 'clearHistory'
>;

export interface RowActionsHost {
  readonly bridge: RainBridge;
  entries(): Entries;
  sharePublic(): boolean;
  added(answer: NodeEvent & { type: 'share' }): void;
  goTo(row: number): void;
  say(message: Message): void;
  check<T>(result: Result<T>): result is Result<T> & { readonly ok: true };
}

export function createRowActions(host: RowActionsHost): RowActions {
  const { bridge, check } = host;

  function shared(result: Result<ShareSnapshot | undefined>): void {
    if (!check(result) || result.value === undefined) return;
    host.added({ type: 'share', share: result.value });
    host.goTo(result.value.key);
  }

  /** The entry of a row that can still do something: what is fetched, or what serves it. */
  function active(row: number): number {
    const { transfers, serving } = host.entries();
    return transfers.get(row)?.state === 'done' ? (serving.get(row) ?? row) : row;
  }

  return {
    chooseShare: async (what) => shared(await bridge.chooseShare({ what, public: host.sharePublic() })),
    shareDropped: async (files, isPublic = host.sharePublic()) => {
      if (files.length > 0) shared(await bridge.shareDropped(files, { public: isPublic }));
    },
    pause: async (row) => void check(await bridge.pause({ key: active(row) })),
    resume: async (row) => void check(await bridge.resume({ key: active(row) })),
    pauseAll: async () => void check(await bridge.pauseAll()),
    resumeAll: async () => void check(await bridge.resumeAll()),
    copyLink: async (row) => {
      const { transfers, shares } = host.entries();
      const entry = transfers.get(row) ?? shares.get(row);
      // What is being hashed has no link yet.
      if (entry === undefined || entry.link === '') return;
      if (check(await bridge.copyLink({ key: row }))) host.say({ says: 'copied', name: entry.name });
    },
    reveal: async (row) => void check(await bridge.reveal({ key: row })),
    remove: async (row, deleteFiles) => {
      const share = host.entries().serving.get(row);
      // The share first: it must not read what is being deleted.
      if (share !== undefined && !check(await bridge.remove({ key: share, deleteFiles: false }))) return;
      check(await bridge.remove({ key: row, deleteFiles }));
    },
    setPublic: async (share, isPublic) => shared(await bridge.setPublic({ key: share, public: isPublic })),
    clearHistory: async () => {
      const cleared = await bridge.clearHistory();
      if (check(cleared)) host.say({ says: 'cleared', count: cleared.value });
    },
  };
}
