import type { Node, ShareSnapshot, TransferSnapshot } from '../core/api.ts';

/** Resolved when the signal came before anything was seen that ends the following. */
export const STOPPED = Symbol('stopped');

/**
 * Shows `see` the share as it is now and whenever it changes, until it returns something, and resolves with
 * that; rejects with what it throws.
 */
export function followShare<T>(
  node: Node,
  key: number,
  stop: AbortSignal,
  see: (share: ShareSnapshot) => T | undefined,
): Promise<T | typeof STOPPED> {
  return follow(stop, see, (show) => {
    const unsubscribe = node.subscribe((event) => {
      if (event.type === 'share' && event.share.key === key) {
        show(event.share);
      }
    });
    show(node.snapshot().shares.find((share) => share.key === key));
    return unsubscribe;
  });
}

/** As {@link followShare}, for a transfer. */
export function followTransfer<T>(
  node: Node,
  key: number,
  stop: AbortSignal,
  see: (transfer: TransferSnapshot) => T | undefined,
): Promise<T | typeof STOPPED> {
  return follow(stop, see, (show) => {
    const unsubscribe = node.subscribe((event) => {
      if (event.type === 'transfer' && event.transfer.key === key) {
        show(event.transfer);
      }
    });
    show(node.snapshot().transfers.find((transfer) => transfer.key === key));
    return unsubscribe;
  });
}

function follow<S, T>(
  stop: AbortSignal,
  see: (snapshot: S) => T | undefined,
  start: (show: (snapshot: S | undefined) => void) => () => void,
): Promise<T | typeof STOPPED> {
  const { promise, resolve, reject } = Promise.withResolvers<T | typeof STOPPED>();
  let over = stop.aborted;
  const end = (settle: () => void): void => {
    over = true;
    settle();
  };
  const onStop = (): void => end(() => resolve(STOPPED));
  if (over) {
    return Promise.resolve(STOPPED);
  }
  stop.addEventListener('abort', onStop, { once: true });
  const unsubscribe = start((snapshot) => {
    if (over || snapshot === undefined) {
      return;
    }
    try {
      const seen = see(snapshot);
      if (seen !== undefined) {
        end(() => resolve(seen));
      }
    } catch (error) {
      end(() => reject(error));
    }
  });
  return promise.finally(() => {
    unsubscribe();
    stop.removeEventListener('abort', onStop);
  });
}
