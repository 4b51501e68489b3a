import { z } from 'zod';
import { json } from './columns.ts';
import type { Connection } from './connection.ts';

/** One setting: its name and what its value may be. */
export interface Setting<T> {
  readonly key: string;
  readonly schema: z.ZodType<T>;
}

/** Named values, kept as JSON. */
export class Settings {
  readonly #select;
  readonly #upsert;
  readonly #delete;

  constructor(connection: Connection) {
    this.#select = connection.query(
      'SELECT value FROM settings WHERE key = ?',
      z.object({ value: json(z.unknown()) }),
    );
    this.#upsert = connection.command(
      'INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value',
    );
    this.#delete = connection.command('DELETE FROM settings WHERE key = ?');
  }

  /** Undefined when it was never set, or when what is kept is no longer something that the schema takes. */
  get<T>({ key, schema }: Setting<T>): T | undefined {
    return schema.safeParse(this.#select.get(key)?.value).data;
  }

  /** Undefined unsets it. */
  set<T>({ key }: Setting<T>, value: T | undefined): void {
    if (value === undefined) this.#delete.run(key);
    else this.#upsert.run(key, JSON.stringify(value));
  }
}
