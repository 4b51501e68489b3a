/** A store without a cluster: its own entries on a real disk, and those that trickle in from a made-up other node. */
import type { Entries, EntryView, OpenEntry, PeerView, PutRequest } from '../../core/murky/entries.ts';
import type { ContentRecord } from '../../core/murky/record.ts';
import type { ContentReader } from '../../core/murky/storage/entry-storage.ts';
import { unpack } from '../../core/murky/storage/unpack.ts';
import type { Kept } from './entry-casks.ts';

type Remote = EntryView & { readonly reader: ContentReader };

export class LoneStore implements Entries {
  readonly kept: Kept;
  readonly mostBytes: number;
  /** Readers that are open. */
  opened = 0;
  readonly #remote = new Map<string, Remote>();
  #time = 1_700_000_000_000;

  constructor(kept: Kept, mostBytes: number) {
    this.kept = kept;
    this.mostBytes = mostBytes;
  }

  /** An entry whose cask comes from elsewhere; `size` is that of the content. */
  addRemote(id: string, reader: ContentReader, size = reader.bytes): void {
    const view = { id, size, contentType: 'video/mp4', tag: 'far', time: 0, isHere: false };
    this.#remote.set(id, { ...view, reader });
  }

  async put({ id, content, contentType, allow }: PutRequest): Promise<EntryView> {
    const { release, ...packed } = await this.kept.casks.put(content, this.mostBytes);
    try {
      const target = id ?? Buffer.from(packed.content.subarray(0, 8)).toString('hex');
      allow?.(this.find(target));
      this.#time += 1;
      const version = { time: this.#time, counter: 0, writer: '00000000000000aa' };
      const record: ContentRecord = {
        kind: 'content',
        id: target,
        version,
        size: packed.bytes,
        digest: packed.resource,
        contentType,
      };
      this.kept.catalogue.set(record);
      return view(record);
    } finally {
      release();
    }
  }

  find(id: string): EntryView | undefined {
    const record = this.kept.catalogue.get(id);
    return record?.kind === 'content' ? view(record) : this.#remote.get(id);
  }

  async open(id: string): Promise<OpenEntry | undefined> {
    const record = this.kept.catalogue.get(id);
    const remote = this.#remote.get(id);
    const content =
      record?.kind === 'content'
        ? await this.kept.casks.open(record)
        : remote && {
            read: (range: { start: number; end: number }) => unpack(remote.reader, remote.size, range, false),
            close: () => remote.reader.close(),
          };
    const found = this.find(id);
    if (content === undefined || found === undefined) return undefined;
    this.opened += 1;
    let isOpen = true;
    return {
      ...found,
      read: content.read,
      close: async () => {
        await content.close();
        if (isOpen) this.opened -= 1;
        isOpen = false;
      },
    };
  }

  async delete(id: string, allow?: (current: EntryView) => void): Promise<boolean> {
    const found = this.find(id);
    if (found === undefined) return false;
    allow?.(found);
    this.kept.catalogue.remove(id);
    return true;
  }

  list(after: string, limit: number): EntryView[] {
    return this.kept.catalogue.list(after, limit).map(view);
  }

  latest(limit: number): EntryView[] {
    return this.kept.catalogue.latest(limit).map(view);
  }

  peers(): PeerView[] {
    return [{ address: '192.0.2.7:1980', state: 'here', isListed: true, untold: 0 }];
  }

  figures() {
    const storedBytes = this.kept.casks.storedBytes();
    return { ...this.kept.catalogue.totals, storedBytes, wanted: 0, poured: 0, received: 0, said: 0 };
  }
}

function view({ id, size, contentType, digest, version }: ContentRecord): EntryView {
  return {
    id,
    size,
    contentType,
    tag: Buffer.from(digest).toString('hex'),
    time: version.time,
    isHere: true,
  };
}
