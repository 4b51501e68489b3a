/** Entries without a disk, so that a gateway can be asked thousands of things a second. */
import type { Entries, EntryView, OpenEntry, PutRequest } from '../../../core/murky/entries.ts';
import type { ByteRange } from '../../../core/murky/storage/entry-storage.ts';

const MOST = 16;

type Kept = EntryView & { readonly bytes: Uint8Array };

export class KeptInMemory implements Entries {
  readonly #entries = new Map<string, Kept>();
  #count = 0;

  constructor() {
    this.#keep('00000000000000ff', 'text/html', Buffer.from('<p>rain</p>'));
  }

  /** So that it does not grow for ever; the first stays. */
  forgetMost(): void {
    for (const id of [...this.#entries.keys()].slice(1, -MOST)) this.#entries.delete(id);
  }

  async put({ id, contentType, content, allow }: PutRequest): Promise<EntryView> {
    const pieces: Uint8Array[] = [];
    for await (const piece of content) pieces.push(piece);
    const target = id ?? '00000000000000aa';
    allow?.(this.find(target));
    return this.#keep(target, contentType, Buffer.concat(pieces));
  }

  find(id: string): EntryView | undefined {
    return this.#entries.get(id);
  }

  async open(id: string): Promise<OpenEntry | undefined> {
    const found = this.#entries.get(id);
    if (found === undefined) return undefined;
    return {
      ...found,
      read: async function* ({ start, end }: ByteRange) {
        yield found.bytes.subarray(start, end);
      },
      close: async () => undefined,
    };
  }

  async delete(id: string, allow?: (current: EntryView) => void): Promise<boolean> {
    const found = this.#entries.get(id);
    if (found === undefined) return false;
    allow?.(found);
    return this.#entries.delete(id);
  }

  list(after: string, limit: number): EntryView[] {
    return [...this.#entries.values()].filter(({ id }) => id > after).slice(0, limit);
  }

  latest(limit: number): EntryView[] {
    return [...this.#entries.values()].slice(-limit);
  }

  peers(): [] {
    return [];
  }

  figures() {
    const none = { bytes: 0, storedBytes: 0, tombstones: 0, wanted: 0, poured: 0, received: 0, said: 0 };
    return { entries: this.#entries.size, ...none };
  }

  #keep(id: string, contentType: string, bytes: Uint8Array): Kept {
    this.#count += 1;
    const tag = this.#count.toString(16).padStart(64, '0');
    const kept = { id, contentType, bytes, size: bytes.length, tag, time: this.#count, isHere: true };
    this.#entries.set(id, kept);
    return kept;
  }
}
