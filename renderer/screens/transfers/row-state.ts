/** What a row says of its state: a key of the catalogue, a tone, and how far it is. */
import type { ShareSnapshot, TransferSnapshot } from '../../../core/api.ts';

/** Active: bytes move. Good: all is done. Still: nothing moves, and nothing has to. */
export type Tone = 'active' | 'good' | 'still' | 'warning' | 'danger';

export interface RowState {
  readonly tone: Tone;
  readonly icon: 'down' | 'up' | 'done' | 'shared' | 'hash' | 'wait' | 'ask' | 'paused' | 'alert';
  /** Below `state` in the catalogue. */
  readonly words:
    | 'looking'
    | 'waiting'
    | 'manifest'
    | 'held'
    | 'running'
    | 'finishing'
    | 'paused'
    | 'stalled'
    | 'done'
    | 'doneServing'
    | 'donePouring'
    | 'failed'
    | 'hashing'
    | 'serving'
    | 'pouring'
    | 'changed'
    | 'missing'
    | 'shareFailed'
    | 'sharePaused';
  /** 0..1 of what is verified or hashed; null: there is something to do, how much is not known; undefined: no bar. */
  readonly progress: number | null | undefined;
}

/** `share`: what serves the file when it is done. */
export function transferState(transfer: TransferSnapshot, share?: ShareSnapshot): RowState {
  const { state, verified, bytes, servers } = transfer;
  const part = bytes === undefined ? undefined : bytes === 0 ? 1 : verified / bytes;
  const begun = verified > 0 ? part : undefined;
  switch (state) {
    case 'waiting':
      return {
        tone: 'still',
        icon: 'wait',
        words: servers.length === 0 ? 'looking' : 'waiting',
        progress: begun,
      };
    case 'manifest':
      return { tone: 'active', icon: 'down', words: 'manifest', progress: null };
    case 'held':
      return { tone: 'warning', icon: 'ask', words: 'held', progress: undefined };
    case 'running':
    case 'finishing':
      return { tone: 'active', icon: 'down', words: state, progress: part ?? null };
    case 'paused':
      return { tone: 'still', icon: 'paused', words: 'paused', progress: begun };
    case 'stalled':
      return { tone: 'warning', icon: 'alert', words: 'stalled', progress: begun };
    case 'failed':
      return { tone: 'danger', icon: 'alert', words: 'failed', progress: begun };
    case 'done':
      return doneState(share);
  }
}

function doneState(share: ShareSnapshot | undefined): RowState {
  if (share?.state === 'serving' && share.clients.length > 0)
    return { tone: 'active', icon: 'up', words: 'donePouring', progress: undefined };
  return {
    tone: 'good',
    icon: 'done',
    words: share?.state === 'serving' ? 'doneServing' : 'done',
    progress: undefined,
  };
}

export function shareState({ state, hashed, bytes, clients }: ShareSnapshot): RowState {
  switch (state) {
    case 'hashing':
      return {
        tone: 'active',
        icon: 'hash',
        words: 'hashing',
        progress: bytes === 0 ? null : Math.min(1, hashed / bytes),
      };
    case 'serving':
      return clients.length > 0
        ? { tone: 'active', icon: 'up', words: 'pouring', progress: undefined }
        : { tone: 'good', icon: 'shared', words: 'serving', progress: undefined };
    case 'changed':
    case 'missing':
      return { tone: 'warning', icon: 'alert', words: state, progress: undefined };
    case 'failed':
      return { tone: 'danger', icon: 'alert', words: 'shareFailed', progress: undefined };
    case 'paused':
      return { tone: 'still', icon: 'paused', words: 'sharePaused', progress: undefined };
  }
}

/** What the key for pausing does to a row; undefined: nothing. */
export function pauseAction(
  transfer: TransferSnapshot | undefined,
  share: ShareSnapshot | undefined,
): 'pause' | 'resume' | undefined {
  if (transfer !== undefined && transfer.state !== 'done') {
    switch (transfer.state) {
      case 'waiting':
      case 'manifest':
      case 'running':
      case 'stalled':
        return 'pause';
      case 'paused':
      case 'failed':
        return 'resume';
      case 'held':
      case 'finishing':
        return undefined;
    }
  }
  if (share === undefined) return undefined;
  return share.state === 'serving' || share.state === 'hashing' ? 'pause' : 'resume';
}
