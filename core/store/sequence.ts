import { z } from 'zod';
import type { Connection } from './connection.ts';

/** Keys of shares and transfers. */
export class Sequence {
  readonly #next;

  constructor(connection: Connection) {
    this.#next = connection.query(
      'UPDATE sequence SET last = last + 1 RETURNING last AS key',
      z.object({ key: z.int().positive() }),
    );
  }

  /** A key that neither a share nor a transfer ever had. */
  next(): number {
    const row = this.#next.get();
    if (row === undefined) throw new Error('the sequence has no row');
    return row.key;
  }
}
