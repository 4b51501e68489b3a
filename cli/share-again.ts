/** What `rain share --watch` does when what it serves has changed: it is read anew, and has another link. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Node, ShareRequest, ShareSnapshot } from '../core/api.ts';
import { Failure } from '../core/failure.ts';

/** Between two tries while files are being written or are gone, ms. */
const LOOK_EVERY = 1000;

/** A share that a look at its files may mend. */
export function isToBeReadAgain({ state }: ShareSnapshot): boolean {
  return state === 'changed' || state === 'missing';
}

/**
 * Takes the old share away and gives what `ready` makes of a new one; tries as long as the files are being written or
 * are not there. Rejects with what stops it, or with the reason of `stop`.
 */
export async function shareAgain(
  node: Node,
  old: ShareSnapshot,
  request: ShareRequest,
  ready: (key: number) => Promise<ShareSnapshot>,
  stop: AbortSignal,
): Promise<ShareSnapshot> {
  await node.remove(old.key, { deleteFiles: false });
  for (;;) {
    try {
      return await ready((await node.share(request)).key);
    } catch (error) {
      if (!(error instanceof Failure) || !PASSING.has(error.code)) throw error;
    }
    await pause(LOOK_EVERY, undefined, { signal: stop });
  }
}

const PASSING: ReadonlySet<Failure['code']> = new Set(['changed-while-read', 'no-such-path']);
