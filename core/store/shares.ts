import { z } from 'zod';
import {
  blob,
  count,
  flag,
  json,
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

const states = ['serving', 'paused', 'changed', 'missing', 'failed', 'hashing'] as const;
const origins = ['share', 'download'] as const;

export type StoredShareState = (typeof states)[number];

export interface StoredShare {
  readonly key: number;
  /** 16 hex digits; null while hashing, as is the digest. Several shares may have the same. */
  readonly id: string | null;
  /** BLAKE3 of the manifest, 32 bytes. */
  readonly digest: Uint8Array | null;
  /** 16 bytes; null for a public resource. */
  readonly contentKey: Uint8Array | null;
  readonly name: string;
  readonly public: boolean;
  readonly paths: readonly string[];
  readonly bytes: number;
  readonly files: number;
  /** Null: nothing. */
  readonly leftOut: StoredLeftOut | null;
  readonly state: StoredShareState;
  readonly problem: StoredProblem | null;
  /** Download: a transfer that goes on being served. */
  readonly origin: (typeof origins)[number];
  /** Milliseconds since the epoch. */
  readonly addedAt: number;
}

export type NewShare = Omit<StoredShare, 'key'>;
export type ShareChange = Partial<Omit<StoredShare, 'key' | 'origin' | 'addedAt'>>;

const select = `SELECT key, id, digest, content_key AS contentKey, name, public, paths, bytes, files,
  left_out AS leftOut, state, problem, origin, added_at AS addedAt FROM shares`;

const row = z.object({
  key: count,
  id: z.string().nullable(),
  digest: blob.nullable(),
  contentKey: blob.nullable(),
  name: z.string(),
  public: flag,
  paths: strings,
  bytes: count,
  files: count,
  leftOut: leftOut.nullable(),
  state: z.enum(states),
  problem: problem.nullable(),
  origin: z.enum(origins),
  addedAt: count,
}) satisfies z.ZodType<StoredShare>;

/** What this node serves. */
export class Shares {
  readonly #connection: Connection;
  readonly #sequence: Sequence;
  readonly #manifests: Manifests;
  readonly #insert;
  readonly #update;
  readonly #delete;
  readonly #byKey;
  readonly #all;
  readonly #byId;
  readonly #byPaths;
  readonly #stamps;
  readonly #setStamps;

  constructor(connection: Connection, sequence: Sequence, manifests: Manifests) {
    this.#connection = connection;
    this.#sequence = sequence;
    this.#manifests = manifests;
    this.#insert = connection.command(
      `INSERT INTO shares (key, id, digest, content_key, name, public, paths, bytes, files, left_out, state, problem, origin,
       added_at) VALUES (@key, @id, @digest, @contentKey, @name, @public, @paths, @bytes, @files, @leftOut, @state, @problem,
       @origin, @addedAt)`,
    );
    this.#update = connection.command(
      `UPDATE shares SET id = @id, digest = @digest, content_key = @contentKey, name = @name, public = @public,
       paths = @paths, bytes = @bytes, files = @files, left_out = @leftOut, state = @state, problem = @problem, origin = @origin,
       added_at = @addedAt WHERE key = @key`,
    );
    this.#delete = connection.command('DELETE FROM shares WHERE key = ?');
    this.#byKey = connection.query(`${select} WHERE key = ?`, row);
    this.#all = connection.query(`${select} ORDER BY key`, row);
    this.#byId = connection.query(`${select} WHERE id = ? ORDER BY key`, row);
    this.#byPaths = connection.query(`${select} WHERE paths = ? ORDER BY key`, row);
    this.#stamps = connection.query(
      'SELECT stamps FROM shares WHERE key = ?',
      z.object({ stamps: json(z.unknown()).nullable() }),
    );
    this.#setStamps = connection.command('UPDATE shares SET stamps = ? WHERE key = ?');
  }

  add(share: NewShare): StoredShare {
    return this.#connection.transaction(() => {
      const added = { ...share, key: this.#sequence.next() };
      this.#insert.run(toRow(added));
      return added;
    });
  }

  get(key: number): StoredShare | undefined {
    return this.#byKey.get(key);
  }

  /** In the order they were added; reads neither manifests nor stamps. */
  list(): StoredShare[] {
    return this.#all.all();
  }

  /** All copies of a resource, by its 16 hex digits; oldest first. */
  byId(id: string): StoredShare[] {
    return this.#byId.all(id);
  }

  /** Shares of exactly these paths, in this order; oldest first. */
  byPaths(paths: readonly string[]): StoredShare[] {
    return this.#byPaths.all(JSON.stringify(paths));
  }

  /** What the files looked like when they were hashed, as `setStamps` was given it; null: not hashed. */
  stamps(key: number): unknown {
    return this.#stamps.get(key)?.stamps ?? null;
  }

  /** `stamps` is anything that JSON can say; its meaning is the caller's. */
  setStamps(key: number, stamps: unknown): void {
    this.#setStamps.run(JSON.stringify(stamps), key);
  }

  /** Returns the share as it is now. A manifest that nothing refers to any more goes. */
  update(key: number, change: ShareChange): StoredShare {
    return this.#connection.transaction(() => {
      const before = this.get(key);
      if (before === undefined) throw new Error(`no share has the key ${key}`);
      const after = { ...before, ...change };
      this.#update.run(toRow(after));
      if (change.digest !== undefined) this.#manifests.dropUnused(before.digest);
      return after;
    });
  }

  /** Nothing happens when there is no such share. */
  remove(key: number): void {
    this.#connection.transaction(() => {
      const share = this.get(key);
      this.#delete.run(key);
      this.#manifests.dropUnused(share?.digest ?? null);
    });
  }
}

function toRow(share: StoredShare) {
  return {
    ...share,
    public: Number(share.public),
    paths: JSON.stringify(share.paths),
    problem: problemText(share.problem),
    leftOut: leftOutText(share.leftOut),
  };
}
