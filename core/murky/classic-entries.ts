/** Entries on the wire of 2012: what its nodes fetch from here, and what they tell this one to fetch and keep. */
import type { ClassicOptions } from '../node/classic.ts';
import type { ContentRecord, EntryId } from './record.ts';

/** What of a RainNode's classic wire is needed. */
export interface ClassicWire {
  fetch(request: {
    readonly id: string;
    readonly servers: readonly string[];
  }): Promise<{ readonly bytes: Uint8Array }>;
  propagate(id: string, to: readonly string[]): Promise<void>;
}

export interface ClassicEntriesParts {
  readonly speak: (options: ClassicOptions | undefined) => Promise<ClassicWire>;
  readonly allow: readonly string[];
  /** Whether the cluster has a secret, which nodes of 2012 cannot know. */
  readonly isSecret: boolean;
  /** What is served of an id; undefined: nothing. */
  readonly find: (id: EntryId) => ContentRecord | undefined;
  readonly read: (record: ContentRecord) => Promise<Uint8Array | undefined>;
  readonly put: (id: EntryId, bytes: Uint8Array) => Promise<void>;
  /** Listed nodes that do not speak the wire of today, `ip:port`. */
  readonly strangers: () => readonly string[];
  readonly warn: (message: string) => void;
}

/** Longest content of the classic wire: 64 parts that each fit a datagram with 32 bytes before them. */
const MOST_BYTES = 64 * (65_507 - 32) - 1;

export class ClassicEntries {
  readonly #parts: ClassicEntriesParts;
  readonly #wire: ClassicWire;
  /** Being fetched, or about to be. */
  readonly #coming = new Set<EntryId>();

  private constructor(parts: ClassicEntriesParts, wire: ClassicWire) {
    this.#parts = parts;
    this.#wire = wire;
  }

  /** Rejects with Failure `bad-address` for an entry of `allow` that is none. */
  static async open(parts: ClassicEntriesParts): Promise<ClassicEntries> {
    let entries: ClassicEntries | undefined;
    const wire = await parts.speak({
      allow: parts.allow,
      lookup: async (id) => {
        const record = parts.find(id);
        if (record === undefined) return 'absent';
        if (record.size > MOST_BYTES) return 'too-large';
        return (await parts.read(record)) ?? 'absent';
      },
      propagated: (id, from) => void entries?.propagated(id, from),
    });
    entries = new ClassicEntries(parts, wire);
    return entries;
  }

  /** Tells nodes of 2012 of an entry that was put here. */
  async tell({ id, size }: { readonly id: EntryId; readonly size: number }): Promise<void> {
    const to = this.#parts.strangers();
    if (to.length > 0 && size <= MOST_BYTES) await this.#wire.propagate(id, to);
  }

  /** A node of 2012, which is allowed to, says that it has an entry. What is the same already is not put again. */
  async propagated(id: EntryId, from: string): Promise<void> {
    const { isSecret, warn, find, read, put } = this.#parts;
    if (isSecret) {
      warn(
        `${from} propagates ${id} on the classic wire: refused, it cannot know the secret of the cluster.`,
      );
      return;
    }
    if (this.#coming.has(id)) return;
    this.#coming.add(id);
    try {
      const { bytes } = await this.#wire.fetch({ id, servers: [from] });
      const known = find(id);
      const same = known?.size === bytes.length ? await read(known) : undefined;
      if (same === undefined || Buffer.compare(same, bytes) !== 0) await put(id, bytes);
    } catch (error) {
      warn(`${id} of ${from} was not fetched on the classic wire: ${String(error)}`);
    } finally {
      this.#coming.delete(id);
    }
  }

  async close(): Promise<void> {
    await this.#parts.speak(undefined);
  }
}
