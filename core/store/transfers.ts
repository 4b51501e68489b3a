import { z } from 'zod';
import {
  blob,
  count,
  flag,
  leftOut,
  leftOutText,
  problem,
  problemText,
  type StoredLeftOut,
  type StoredProblem,
  strings,
} from './columns.ts';
import type { Connection } from './connection.ts';
import type { Manifests } from './manifests.ts';
import type { Sequence } from './sequence.ts';

const states = ['active', 'paused', 'stalled', 'done', 'failed'] as const;

export type StoredTransferState = (typeof states)[number];

export interface StoredTransfer {
  readonly key: number;
  /** 16 hex digits. */
  readonly id: string;
  readonly link: string;
  /** BLAKE3 of the manifest, 32 bytes; null until known, by the link or by the manifest. */
  readonly digest: Uint8Array | null;
  /** 16 bytes; null for a public resource. */
  readonly contentKey: Uint8Array | null;
  /** The hint of the link, then the real name; may be empty. */
  readonly name: string;
  /** What the person wants it to be called on disk; null: after its name. */
  readonly called: string | null;
  readonly intoFolder: string;
  /** Null until the file has been made. */
  readonly partPath: string | null;
  readonly finalPath: string | null;
  readonly state: StoredTransferState;
  readonly problem: StoredProblem | null;
  readonly seed: boolean;
  /** `host:port` of servers that the person or the link named. */
  readonly fromHints: readonly string[];
  /** Length of the resource; null until the manifest is here. */
  readonly bytes: number | null;
  /** Null until the manifest is here, and of transfers that are older than this column. */
  readonly files: number | null;
  /** Likewise; with the one that everything is in, and none of a single file. */
  readonly folders: number | null;
  /** Fewest and most bytes of the single file that is wanted; null where anything is. */
  readonly onlyLeast: number | null;
  readonly onlyMost: number | null;
  /** Null: nothing, or the manifest is not here. */
  readonly leftOut: StoredLeftOut | null;
  /** Only the manifest is wanted until the person says more. */
  readonly hold: boolean;
  /** It gives way to all other traffic. */
  readonly background: boolean;
  /** Bytes of all verified blocks. */
  readonly verifiedBytes: number;
  /** When the part was last written to, as far as that is verified: ms of its file system. Null: nobody has noted it. */
  readonly partChangedMs: number | null;
  /** Milliseconds since the epoch. */
  readonly addedAt: number;
  readonly doneAt: number | null;
}

export type NewTransfer = Omit<StoredTransfer, 'key' | 'verifiedBytes' | 'partChangedMs'>;
export type TransferChange = Partial<
  Omit<StoredTransfer, 'key' | 'verifiedBytes' | 'partChangedMs' | 'addedAt'>
>;

const select = `SELECT key, id, link, digest, content_key AS contentKey, name, called, into_folder AS intoFolder,
  part_path AS partPath, final_path AS finalPath, state, problem, seed, from_hints AS fromHints, bytes,
  files, folders, left_out AS leftOut, only_least AS onlyLeast, only_most AS onlyMost, hold, background, verified_bytes AS verifiedBytes, part_changed_ms AS partChangedMs,
  added_at AS addedAt, done_at AS doneAt FROM transfers`;

const row = z.object({
  key: count,
  id: z.string(),
  link: z.string(),
  digest: blob.nullable(),
  contentKey: blob.nullable(),
  name: z.string(),
  called: z.string().nullable(),
  intoFolder: z.string(),
  partPath: z.string().nullable(),
  finalPath: z.string().nullable(),
  state: z.enum(states),
  problem: problem.nullable(),
  seed: flag,
  fromHints: strings,
  bytes: count.nullable(),
  files: count.nullable(),
  folders: count.nullable(),
  onlyLeast: count.nullable(),
  onlyMost: count.nullable(),
  leftOut: leftOut.nullable(),
  hold: flag,
  background: flag,
  verifiedBytes: count,
  partChangedMs: z.number().nullable(),
  addedAt: count,
  doneAt: count.nullable(),
}) satisfies z.ZodType<StoredTransfer>;

/** What this node fetches or has fetched. Verified blocks, droplets and history of a transfer go with it. */
export class Transfers {
  readonly #connection: Connection;
  readonly #sequence: Sequence;
  readonly #manifests: Manifests;
  readonly #insert;
  readonly #update;
  readonly #delete;
  readonly #byKey;
  readonly #byId;
  readonly #all;

  constructor(connection: Connection, sequence: Sequence, manifests: Manifests) {
    this.#connection = connection;
    this.#sequence = sequence;
    this.#manifests = manifests;
    this.#insert = connection.command(
      `INSERT INTO transfers (key, id, link, digest, content_key, name, called, into_folder, part_path, final_path, state,
       problem, seed, from_hints, bytes, files, folders, left_out, only_least, only_most, hold, background, verified_bytes, added_at, done_at) VALUES (@key, @id, @link,
       @digest, @contentKey, @name, @called, @intoFolder, @partPath, @finalPath, @state, @problem, @seed, @fromHints, @bytes,
       @files, @folders, @leftOut, @onlyLeast, @onlyMost, @hold, @background, @verifiedBytes, @addedAt, @doneAt)`,
    );
    this.#update = connection.command(
      `UPDATE transfers SET id = @id, link = @link, digest = @digest, content_key = @contentKey, name = @name,
       called = @called, into_folder = @intoFolder, part_path = @partPath, final_path = @finalPath, state = @state,
       problem = @problem, seed = @seed, from_hints = @fromHints, bytes = @bytes, files = @files, folders = @folders,
       only_least = @onlyLeast, only_most = @onlyMost,
       left_out = @leftOut,
       hold = @hold, background = @background, verified_bytes = @verifiedBytes, added_at = @addedAt, done_at = @doneAt WHERE key = @key`,
    );
    this.#delete = connection.command('DELETE FROM transfers WHERE key = ?');
    this.#byKey = connection.query(`${select} WHERE key = ?`, row);
    this.#byId = connection.query(`${select} WHERE id = ? ORDER BY key`, row);
    this.#all = connection.query(`${select} ORDER BY key`, row);
  }

  add(transfer: NewTransfer): StoredTransfer {
    return this.#connection.transaction(() => {
      const added = { ...transfer, key: this.#sequence.next(), verifiedBytes: 0, partChangedMs: null };
      this.#insert.run(toRow(added));
      return added;
    });
  }

  get(key: number): StoredTransfer | undefined {
    return this.#byKey.get(key);
  }

  /** In the order they were added; reads neither manifests nor droplets. */
  list(): StoredTransfer[] {
    return this.#all.all();
  }

  /** All transfers of a resource, by its 16 hex digits; oldest first. */
  byId(id: string): StoredTransfer[] {
    return this.#byId.all(id);
  }

  /** Returns the transfer as it is now. A manifest that nothing refers to any more goes. */
  update(key: number, change: TransferChange): StoredTransfer {
    return this.#connection.transaction(() => {
      const before = this.get(key);
      if (before === undefined) throw new Error(`no transfer has the key ${key}`);
      const after = { ...before, ...change };
      this.#update.run(toRow(after));
      if (change.digest !== undefined) this.#manifests.dropUnused(before.digest);
      return after;
    });
  }

  /** Nothing happens when there is no such transfer. */
  remove(key: number): void {
    this.#connection.transaction(() => {
      const transfer = this.get(key);
      this.#delete.run(key);
      this.#manifests.dropUnused(transfer?.digest ?? null);
    });
  }
}

function toRow(transfer: StoredTransfer) {
  return {
    ...transfer,
    seed: Number(transfer.seed),
    hold: Number(transfer.hold),
    background: Number(transfer.background),
    fromHints: JSON.stringify(transfer.fromHints),
    problem: problemText(transfer.problem),
    leftOut: leftOutText(transfer.leftOut),
  };
}
