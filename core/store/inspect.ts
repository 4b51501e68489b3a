import { closeSync, existsSync, openSync, readSync, rmSync } from 'node:fs';
import { z } from 'zod';
import { Failure } from '../failure.ts';
import { Connection } from './connection.ts';
import type { Schema } from './migrations.ts';
import { corrupt, guarded } from './sqlite-failure.ts';

const headerBytes = 100;

/**
 * Whether there is a database to open at `path`; none, or an empty file, is false. Nothing is written, and
 * nothing is left beside it, so that what is refused is still there for whoever can read it.
 *
 * @throws Failure `database-corrupt`, `database-foreign`, `database-newer`
 */
export function inspect(path: string, schema: Schema): boolean {
  const header = readHeader(path);
  if (header.length === 0) return false;
  if (header.length < headerBytes) throw corrupt(path, 'it is too short');
  if (header.toString('latin1', 0, 16) !== 'SQLite format 3\0') throw corrupt(path, 'it is not a database');
  if (header.readUInt32BE(68) !== schema.applicationId) throw foreign(path);
  refuseNewer(path, header.readUInt32BE(60), schema);
  check(path, schema);
  return true;
}

/** @throws Failure `database-newer` */
export function refuseNewer(path: string, version: number, { migrations }: Schema): void {
  if (version <= migrations.length) return;
  throw new Failure(
    'database-newer',
    `The database ${path} was written by a newer version of Pouring Rain (format ${version}, known is ${migrations.length}).`,
    'Update Pouring Rain, or choose another data folder.',
  );
}

function foreign(path: string): Failure {
  return new Failure(
    'database-foreign',
    `${path} is the database of another program.`,
    'Choose another data folder, or move that file away.',
  );
}

function readHeader(path: string): Buffer {
  if (!existsSync(path)) return Buffer.alloc(0);
  return guarded(path, () => {
    const file = openSync(path, 'r');
    try {
      const header = Buffer.alloc(headerBytes);
      return header.subarray(0, readSync(file, header, 0, headerBytes, 0));
    } finally {
      closeSync(file);
    }
  });
}

/**
 * Walks every table but those whose size has no bound. A read-only connection leaves the database and its log alone, but makes the files
 * beside it that are missing, and does not take them away. It cannot read what a change of journal mode that was
 * killed has left with a rollback journal: then the database, which is ours, is put right first.
 */
function check(path: string, { unbounded }: Schema): void {
  const made = [`${path}-wal`, `${path}-shm`].filter((file) => !existsSync(file));
  const connection = new Connection(path, { readonly: !existsSync(`${path}-journal`) });
  try {
    const tables = connection.query(
      `SELECT name FROM sqlite_schema WHERE type = 'table'`,
      z.object({ name: z.string() }),
    );
    for (const { name } of tables.all()) {
      if (unbounded.includes(name)) continue;
      const answer = connection.pragma(`quick_check("${name.replaceAll('"', '""')}")`);
      if (answer !== 'ok') throw corrupt(path, String(answer));
    }
  } finally {
    connection.close();
    for (const file of made) rmSync(file, { force: true });
  }
}
