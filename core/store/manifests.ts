import { z } from 'zod';
import { blob } from './columns.ts';
import type { Connection } from './connection.ts';

/** Manifests by digest (BLAKE3, 32 bytes): one copy, however many shares and transfers are of it. */
export class Manifests {
  readonly #insert;
  readonly #select;
  readonly #drop;

  constructor(connection: Connection) {
    this.#insert = connection.command(
      'INSERT INTO manifests (digest, bytes) VALUES (?, ?) ON CONFLICT (digest) DO NOTHING',
    );
    this.#select = connection.query(
      'SELECT bytes FROM manifests WHERE digest = ?',
      z.object({ bytes: blob }),
    );
    this.#drop = connection.command(
      `DELETE FROM manifests WHERE digest = @digest
       AND NOT EXISTS (SELECT 1 FROM shares WHERE digest = @digest)
       AND NOT EXISTS (SELECT 1 FROM transfers WHERE digest = @digest)`,
    );
  }

  /** To be called in one transaction with what gives a share or transfer that digest: no other thing keeps it. */
  put(digest: Uint8Array, bytes: Uint8Array): void {
    this.#insert.run(digest, bytes);
  }

  get(digest: Uint8Array): Uint8Array | undefined {
    return this.#select.get(digest)?.bytes;
  }

  /** Called after a share or transfer has let go of the digest. */
  dropUnused(digest: Uint8Array | null): void {
    if (digest !== null) this.#drop.run({ digest });
  }
}
