import type { Problem, TransferSnapshot, TransferState, Upload, WaitingReason } from '../api.ts';
import { blockCount } from '../content/layout.ts';
import { revealed } from '../plain-text.ts';
import type { StoredTransfer } from '../store/transfers.ts';
import { blockMap } from './block-map.ts';
import type { Ledger } from './ledger.ts';
import type { TransferFigures } from './transfer-figures.ts';

/** What a transfer is made of. */
export interface TransferParts {
  readonly row: StoredTransfer;
  readonly state: TransferState;
  /** By the link, by a server, or what it is called now. */
  readonly name: string;
  readonly problem: Problem | undefined;
  /** Undefined unless it waits. */
  readonly waiting: WaitingReason | undefined;
  readonly unresolved: readonly string[];
  readonly figures: TransferFigures;
  /** Undefined until the manifest is here. */
  readonly ledger: Ledger | undefined;
  /** Undefined unless it is served on. */
  readonly upload: Upload | undefined;
}

/** A transfer as hosts see it. */
export function transferSnapshot(now: number, parts: TransferParts): TransferSnapshot {
  const { row, state, name, problem, waiting, unresolved, figures, ledger, upload } = parts;
  const bytes = row.bytes ?? undefined;
  const verified = ledger?.verifiedBytes ?? row.verifiedBytes;
  const rate = state === 'running' ? figures.rate(now) : 0;
  return {
    key: row.key,
    id: row.id,
    link: row.link,
    name: revealed(name),
    state,
    ...(problem !== undefined && { problem }),
    ...(waiting !== undefined && { waiting }),
    ...(unresolved.length > 0 && { unresolved }),
    ...(bytes !== undefined && { bytes }),
    ...(row.files !== null && { files: row.files }),
    ...(row.folders !== null && { folders: row.folders }),
    ...(row.leftOut !== null && { leftOut: row.leftOut }),
    into: row.intoFolder,
    ...(row.state === 'done' && row.finalPath !== null && { path: row.finalPath }),
    seed: row.seed,
    verified,
    resumedBytes: ledger?.resumedBytes ?? 0,
    rate,
    ...(bytes !== undefined && rate > 0 && { eta: (bytes - verified) / rate }),
    ...figures.counted(now, ledger?.needed ?? 0, state === 'done'),
    ...(ledger !== undefined && {
      blocks: blockMap(blockCount(ledger.manifest), ledger.verified, figures.stats?.open ?? []),
    }),
    ...(upload !== undefined && { upload }),
    addedAt: row.addedAt,
    ...(row.doneAt !== null && { doneAt: row.doneAt }),
  };
}
