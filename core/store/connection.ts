import Database from 'better-sqlite3';
import { z } from 'zod';
import { corrupt, guarded } from './sqlite-failure.ts';

/** How long to wait for a backup or a database browser that has the file for a moment. */
const busyMs = 1000;

export type SqlValue = number | string | Uint8Array | null;
/** Positional values, or one object for `@named` ones. */
export type Parameters = readonly SqlValue[] | readonly [Readonly<Record<string, SqlValue>>];

/**
 * One SQLite connection whose rows are parsed when they are read and whose errors name the file. Everything is
 * synchronous. Methods throw `Failure` for what the disk does, and SqliteError for what is a bug.
 */
export class Connection {
  readonly path: string;
  readonly #db: Database.Database;
  readonly #transact: Database.Transaction<(work: () => unknown) => unknown>;

  constructor(path: string, options: Database.Options = {}) {
    this.path = path;
    this.#db = guarded(path, () => new Database(path, { timeout: busyMs, ...options }));
    this.#transact = this.#db.transaction((work) => work());
  }

  /** A statement that yields rows, each parsed by `row`. */
  query<T>(sql: string, row: z.ZodType<T>): Query<T> {
    return guarded(this.path, () => new Query(this.path, this.#db.prepare(sql), row));
  }

  /** A statement that yields nothing. */
  command(sql: string): Command {
    return guarded(this.path, () => new Command(this.path, this.#db.prepare(sql)));
  }

  /** All of `work` or, when it throws, nothing of it. Nests. */
  transaction<T>(work: () => T): T {
    let result: T | undefined;
    guarded(this.path, () =>
      // Immediate, because a deferred transaction can fail half-way when it turns from reading to writing.
      this.#transact.immediate(() => {
        result = work();
      }),
    );
    return result as T;
  }

  exec(sql: string): void {
    guarded(this.path, () => this.#db.exec(sql));
  }

  /** The first column of the first row of `PRAGMA text`. */
  pragma(text: string): unknown {
    return guarded(this.path, () => this.#db.pragma(text, { simple: true }));
  }

  get isOpen(): boolean {
    return this.#db.open;
  }

  close(): void {
    guarded(this.path, () => this.#db.close());
  }
}

export class Query<T> {
  readonly #path: string;
  readonly #statement: Database.Statement<unknown[]>;
  readonly #row: z.ZodType<T>;

  constructor(path: string, statement: Database.Statement<unknown[]>, row: z.ZodType<T>) {
    this.#path = path;
    this.#statement = statement;
    this.#row = row;
  }

  get(...parameters: Parameters): T | undefined {
    const row = guarded(this.#path, () => this.#statement.get(...parameters));
    return row === undefined ? undefined : this.#parse(row);
  }

  all(...parameters: Parameters): T[] {
    return guarded(this.#path, () => this.#statement.all(...parameters)).map((row) => this.#parse(row));
  }

  #parse(row: unknown): T {
    const parsed = this.#row.safeParse(row);
    if (!parsed.success) throw corrupt(this.#path, z.prettifyError(parsed.error), parsed.error);
    return parsed.data;
  }
}

export class Command {
  readonly #path: string;
  readonly #statement: Database.Statement<unknown[]>;

  constructor(path: string, statement: Database.Statement<unknown[]>) {
    this.#path = path;
    this.#statement = statement;
  }

  /** The number of rows inserted, updated or deleted. */
  run(...parameters: Parameters): number {
    return guarded(this.#path, () => this.#statement.run(...parameters)).changes;
  }
}
