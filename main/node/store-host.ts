/** The store beside the node, in the node's thread: opened, opened anew, closed, and asked. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Node } from '../../core/api.ts';
import { Failure } from '../../core/failure.ts';
import { type EntryView, type Murky, openMurky, parseEntryName, readConfig } from '../../core/node.ts';
import type { EntryName, Store, StoreEntry, StorePut, StoreView } from '../../preload/contract.ts';
import { mediaType } from './media-type.ts';
import type { StoreCommands, StoreConfig } from './node-messages.ts';
import type { OwnRows } from './own-rows.ts';
import { Puts } from './puts.ts';
import { threadProblem } from './thread-problem.ts';

export interface StoreHostParts {
  readonly node: Node;
  readonly own: OwnRows;
  /** The data folder of the node. */
  readonly dataDir: string;
  readonly changed: (store: Store) => void;
  readonly puts: (puts: readonly StorePut[]) => void;
  readonly warn: (message: string) => void;
}

interface Running {
  readonly murky: Murky;
  readonly config: StoreConfig;
}

export class StoreHost implements StoreCommands {
  readonly #parts: StoreHostParts;
  readonly #puts: Puts;
  #running: Running | undefined;
  /** Openings and closings come one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(parts: StoreHostParts) {
    this.#parts = parts;
    this.#puts = new Puts(parts.puts);
  }

  runStore(config: StoreConfig | undefined): Promise<void> {
    const done = this.#last.then(() => this.#run(config));
    this.#last = done.catch(() => undefined);
    return done;
  }

  async storeView(): Promise<StoreView> {
    const murky = this.#murky();
    const { entries, bytes, storedBytes, wanted } = murky.figures();
    const contacts = murky.contacts();
    const peers = murky.peers().map((peer) => {
      const lastContact = contacts.get(peer.address);
      return lastContact === undefined ? peer : { ...peer, lastContact };
    });
    return { entries, bytes, storedBytes, wanted, peers, recent: murky.activity.recent() };
  }

  async storeEntries(after: string, limit: number): Promise<readonly StoreEntry[]> {
    const murky = this.#murky();
    return murky.list(after, limit).map((view) => entryOf(view, murky));
  }

  async readEntryName(text: string): Promise<EntryName> {
    const murky = this.#murky();
    const id = parseEntryName(text.trim());
    if (id === undefined) {
      throw new Failure(
        'bad-entry-id',
        'An id is a number up to 18446744073709551615, 16 hex digits, or hex digits behind 0x.',
      );
    }
    const entry = murky.find(id);
    return { id, ...(entry !== undefined && { entry: entryOf(entry, murky) }) };
  }

  async putEntry(path: string, id?: string): Promise<StoreEntry | undefined> {
    const murky = this.#murky();
    const put = this.#puts.begin(basename(path), await sizeOf(path), fileBytes(path));
    try {
      const view = await murky.put({ id, contentType: mediaType(path), content: put.content });
      return entryOf(view, murky);
    } catch (error) {
      if (put.isCancelled()) return undefined;
      throw error;
    } finally {
      put.end();
    }
  }

  async cancelPut(key: number): Promise<void> {
    this.#puts.cancel(key);
  }

  async deleteEntry(id: string): Promise<void> {
    if (await this.#murky().delete(id)) return;
    throw new Failure('unknown-resource', `There is no entry ${id} any more.`);
  }

  async #run(config: StoreConfig | undefined): Promise<void> {
    const before = this.#running?.config;
    if (config !== undefined && isDeepStrictEqual(config, before)) return;
    await this.#stop();
    if (config === undefined) return this.#parts.changed({ state: 'off' });
    try {
      await this.#open(config);
    } catch (error) {
      await this.#fallBack(before, error);
      throw error;
    }
  }

  async #open(config: StoreConfig): Promise<void> {
    const { node, dataDir, changed, warn } = this.#parts;
    changed({ state: 'opening' });
    const { httpPort, classic, secret } = config;
    const defaults = await readConfig(undefined);
    const murky = await openMurky(node, {
      config: {
        ...defaults,
        http: { ...defaults.http, port: httpPort },
        classic: { ...defaults.classic, enabled: classic },
        secret,
      },
      dataDir,
      warn,
    });
    this.#running = { murky, config };
    const { host, port } = murky.http ?? { host: defaults.http.host, port: httpPort };
    changed({ state: 'open', url: `http://${host}:${port}/` });
  }

  /** What ran before runs on; if it cannot either, the first failure is what the person is told. */
  async #fallBack(before: StoreConfig | undefined, failure: unknown): Promise<void> {
    if (before !== undefined) {
      try {
        return await this.#open(before);
      } catch (error) {
        this.#parts.warn(`The store could not be opened as it was before: ${error}`);
      }
    }
    this.#parts.changed({ state: 'failed', problem: threadProblem(failure) });
  }

  async #stop(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    const { node, own, warn } = this.#parts;
    // The node goes on, and is closed, whatever becomes of the store.
    await running.murky.close().catch((error) => warn(`The store could not be closed well: ${error}`));
    // They go on when the store is opened again and still wants them.
    const left = node.snapshot().transfers.filter((transfer) => own.isOfStore(transfer));
    await Promise.allSettled(left.map(({ key }) => node.pause(key)));
  }

  #murky(): Murky {
    if (this.#running === undefined) throw new Failure('interrupted', 'The store is not open.');
    return this.#running.murky;
  }
}

function entryOf({ id, size, contentType, tag, time }: EntryView, murky: Murky): StoreEntry {
  return { id, size, contentType, tag, time, isComing: murky.isComing(id) };
}

async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw readFailure(error, path);
  });
  if (!found.isFile()) throw new Failure('not-a-file', `${path} is no file.`, 'An entry is one file.');
  return found.size;
}

/** What cannot be read is told as such, and not as a fault of the store. */
async function* fileBytes(path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(path) as AsyncIterable<Uint8Array>;
  } catch (error) {
    throw readFailure(error as NodeJS.ErrnoException, path);
  }
}

function readFailure(error: NodeJS.ErrnoException, path: string): Failure {
  if (error.code === 'ENOENT') return new Failure('no-such-path', `${path} is not there.`);
  if (error.code === 'EACCES' || error.code === 'EPERM') {
    return new Failure('no-permission', `${path} may not be read.`);
  }
  return new Failure('unreadable', `${path} cannot be read: ${error.message}`);
}
