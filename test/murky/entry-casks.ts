/** The storage of a node in a folder of its own, without the node. */
import { join } from 'node:path';
import type { ContentRecord } from '../../core/murky/record.ts';
import { Casks } from '../../core/murky/storage/casks.ts';
import { openMurkyDatabase } from '../../core/murky/storage/database.ts';
import type { ByteRange, EntryStorage } from '../../core/murky/storage/entry-storage.ts';
import { LocalDisk } from '../../core/murky/storage/local-disk.ts';
import { SqliteCatalogue } from '../../core/murky/storage/sqlite-catalogue.ts';
import { Staging } from '../../core/murky/storage/staging.ts';
import { closeDatabase } from '../../core/store/database.ts';

export interface Kept {
  readonly casks: Casks;
  readonly catalogue: SqliteCatalogue;
  readonly storage: EntryStorage;
  close(): Promise<void>;
}

/** `warn`: what could not be deleted, and why; by default that is a fault. */
export async function openCasks(folder: string, warn: (error: unknown) => void = fault): Promise<Kept> {
  const connection = openMurkyDatabase(folder);
  const storage = await LocalDisk.open(join(folder, 'casks'));
  const staging = await Staging.open(join(folder, 'staging'));
  const catalogue = new SqliteCatalogue(connection, (digest) => casks.collect(digest));
  const casks = new Casks({
    storage,
    staging,
    connection,
    isNamed: (digest) => catalogue.refersTo(digest),
    gone: () => {},
    warn,
  });
  await casks.sweep();
  return {
    casks,
    catalogue,
    storage,
    async close() {
      await casks.close();
      closeDatabase(connection);
    },
  };
}

function fault(error: unknown): never {
  throw error;
}

/** Puts content under an id, as a node alone would. */
export async function put(
  { casks, catalogue }: Kept,
  id: string,
  content: AsyncIterable<Uint8Array> | Uint8Array,
  time = 1,
): Promise<ContentRecord> {
  const stream = content instanceof Uint8Array ? pieces(content) : content;
  const { resource, bytes, release } = await casks.put(stream, 2 ** 40);
  const version = { time, counter: 0, writer: '0000000000000001' };
  const record: ContentRecord = {
    kind: 'content',
    id,
    version,
    size: bytes,
    digest: resource,
    contentType: 'text/plain',
  };
  catalogue.set(record);
  release();
  return record;
}

export async function read(
  { casks }: Kept,
  record: ContentRecord,
  range: ByteRange = { start: 0, end: record.size },
): Promise<Uint8Array> {
  const open = await casks.open(record);
  if (open === undefined) throw new Error(`the content of ${record.id} is not here`);
  try {
    return await all(open.read(range));
  } finally {
    await open.close();
  }
}

export async function all(stream: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return new Uint8Array(Buffer.concat(chunks));
}

/** As a body arrives: in pieces of odd sizes. */
export async function* pieces(bytes: Uint8Array, size = 70_001): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
