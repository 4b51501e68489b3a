import { Failure } from '../failure.ts';
import { ArrivingCask, type PartialReader } from './arriving-cask.ts';
import type { EntryView, OpenEntry } from './entries.ts';
import type { Fetches } from './fetches.ts';
import { type ContentRecord, compareBytes, type EntryId } from './record.ts';
import { isServed } from './storage/cask-index.ts';
import type { EntryStore } from './storage/entry-store.ts';
import { unpack } from './storage/unpack.ts';

/** What of a RainNode is needed. */
export interface Streams {
  openContent(key: number): Promise<PartialReader>;
}

/** An entry as the gateway and hosts see it; `isHere`: its content lies here. */
export function viewOf(
  { id, size, contentType, digest, version }: ContentRecord,
  isHere: boolean,
): EntryView {
  return { id, size, contentType, tag: Buffer.from(digest).toString('hex'), time: version.time, isHere };
}

/** An entry that others have and this node has not yet, and who they are. */
export type Coming = (
  id: EntryId,
) => { readonly record: ContentRecord; readonly holders: readonly string[] } | undefined;

/** What changes while it is being opened so often is not to be had. */
const MOST_TRIES = 5;

/** Finds entries and opens them, wherever they are. */
export class EntryReading {
  readonly #streams: Streams;
  readonly #store: EntryStore;
  readonly #fetches: Fetches;
  readonly #coming: Coming;

  constructor(streams: Streams, store: EntryStore, fetches: Fetches, coming: Coming) {
    this.#streams = streams;
    this.#store = store;
    this.#fetches = fetches;
    this.#coming = coming;
  }

  /** What is here is found, even while something newer is on its way. */
  find(id: EntryId): EntryView | undefined {
    const kept = this.#kept(id);
    if (kept !== undefined) return viewOf(kept, true);
    const coming = this.#coming(id);
    return coming && viewOf(coming.record, false);
  }

  /** The record of an entry that is here and that others may have from here. */
  findServed(id: EntryId, shareContent: boolean): ContentRecord | undefined {
    const record = this.#kept(id);
    const cask = record && this.#store.casks.get(record.digest);
    return cask !== undefined && isServed(cask, shareContent) ? record : undefined;
  }

  async open(id: EntryId): Promise<OpenEntry | undefined> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const kept = this.#kept(id);
      const opened = kept === undefined ? await this.#openComing(id) : await this.#openKept(kept);
      if (opened !== undefined) return opened;
      // It may have come, or been replaced, in the meantime: then there is something else to open.
      const now = this.#kept(id);
      if (kept !== undefined && now !== undefined && compareBytes(kept.digest, now.digest) === 0) {
        throw new Failure(
          'disk',
          `The content of entry ${id} is gone from the disk.`,
          'Start the node again.',
        );
      }
      if (now === undefined && this.#coming(id) === undefined) return undefined;
    }
    throw new Failure('no-servers', `Nobody who has entry ${id} delivers it.`, 'Try again later.');
  }

  /** All of the content of a small entry that is here; undefined if it is not. */
  async all(record: ContentRecord): Promise<Uint8Array | undefined> {
    const content = await this.#store.casks.open(record);
    if (content === undefined) return undefined;
    try {
      const pieces: Uint8Array[] = [];
      for await (const piece of content.read({ start: 0, end: record.size })) pieces.push(piece);
      return Buffer.concat(pieces);
    } finally {
      await content.close();
    }
  }

  #kept(id: EntryId): ContentRecord | undefined {
    const record = this.#store.catalogue.get(id);
    return record?.kind === 'content' ? record : undefined;
  }

  async #openKept(record: ContentRecord): Promise<OpenEntry | undefined> {
    const content = await this.#store.casks.open(record);
    return content && { ...viewOf(record, true), ...content };
  }

  async #openComing(id: EntryId): Promise<OpenEntry | undefined> {
    const coming = this.#coming(id);
    if (coming === undefined) return undefined;
    const { record, holders } = coming;
    // It may still wait for its turn: who asks for it takes it.
    this.#fetches.begin(record, holders);
    const key = await this.#fetches.transferOf(record).catch(() => undefined);
    const arriving =
      key === undefined ? undefined : await this.#streams.openContent(key).catch(() => undefined);
    if (arriving === undefined) return undefined;
    const cask = new ArrivingCask(arriving, () => this.#store.casks.cask(record.digest));
    return {
      ...viewOf(record, false),
      read: (range) => unpack(cask, record.size, range, false),
      close: () => cask.close(),
    };
  }
}
