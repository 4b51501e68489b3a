/** Content that the cluster wants here: fetched by rain from all who have it, checked, and kept. */
import type { FetchRequest, NodeEvent, TransferSnapshot } from '../api.ts';
import { AwakeClock } from '../awake.ts';
import { makeFolder } from '../content/make-folder.ts';
import type { ContentRecord } from './record.ts';
import { resourceLink } from './resource-link.ts';
import { caskLengths } from './storage/cask.ts';
import type { Casks, Lease } from './storage/casks.ts';

/** What of a RainNode is needed. */
export interface Rain {
  fetch(request: FetchRequest): Promise<TransferSnapshot>;
  pause(key: number): Promise<void>;
  remove(key: number, options: { readonly deleteFiles: boolean }): Promise<void>;
  subscribe(listener: (event: NodeEvent) => void): () => void;
  snapshot(): { readonly transfers: readonly Pick<TransferSnapshot, 'key' | 'into'>[] };
}

export interface FetchesParts {
  readonly rain: Rain;
  readonly casks: Casks;
  /** Where files arrive; on the file system of the casks. */
  readonly folder: string;
  /** The content is here and durable, until `lease` is released. */
  readonly kept: (record: ContentRecord, lease: Lease) => void;
  readonly failed: (record: ContentRecord, why: unknown) => void;
}

/** How long a transfer to which nobody delivers goes on before the cluster looks for other holders, ms. */
const PATIENCE = 10_000;
/** How often that is looked at, ms. */
const LOOK_EVERY = PATIENCE / 4;

/** What an earlier run had begun is forgotten when nobody has wanted it for so long, ms. */
const LEFT_FOR = 600_000;

/** One resource under way; several records may be waiting for it. */
interface Fetch {
  readonly records: Map<string, ContentRecord>;
  /** Undefined until it has begun. */
  key: number | undefined;
  /** Verified bytes, and when there were last more, on the clock of all fetches. */
  verified: number;
  movedAt: number;
  /** Those who read what arrives are told to look again. */
  readonly begun: Promise<number>;
  settleBegun: { resolve(key: number): void; reject(error: unknown): void };
  isEnding: boolean;
}

export class Fetches {
  readonly #parts: FetchesParts;
  /** By digest, in hex. */
  readonly #running = new Map<string, Fetch>();
  /** A node that stood still gives nobody up for that. */
  readonly #clock = new AwakeClock(LOOK_EVERY);
  readonly #unsubscribe: () => void;
  readonly #watching: NodeJS.Timeout;
  readonly #forgetting: NodeJS.Timeout;
  /** Transfers of an earlier run that nobody has wanted yet. */
  readonly #left: Set<number>;
  #closed = false;

  private constructor(parts: FetchesParts) {
    this.#parts = parts;
    this.#unsubscribe = parts.rain.subscribe((event) => {
      if (event.type === 'transfer') this.#see(event.transfer);
    });
    this.#watching = setInterval(() => this.#giveUpStuck(), LOOK_EVERY);
    const { transfers } = parts.rain.snapshot();
    this.#left = new Set(transfers.filter(({ into }) => into === parts.folder).map(({ key }) => key));
    this.#forgetting = setTimeout(() => {
      for (const key of this.#left) void this.#forget(key);
    }, LEFT_FOR);
  }

  /** Makes the folder. Rejects with Failure. */
  static async open(parts: FetchesParts): Promise<Fetches> {
    makeFolder(parts.folder, 0o700);
    return new Fetches(parts);
  }

  /** Ends in `kept` or `failed`, unless it is abandoned. What is here already is kept at once. */
  begin(record: ContentRecord, holders: readonly string[]): void {
    const lease = this.#parts.casks.hold(record);
    if (lease !== undefined) {
      this.#parts.kept(record, lease);
      return;
    }
    const digest = hex(record.digest);
    const running = this.#running.get(digest);
    if (running !== undefined) {
      running.records.set(record.id, record);
      if (!running.isEnding) this.#ask(record, holders).catch(() => undefined);
      return;
    }
    const fetch = newFetch(record, this.#clock.look());
    this.#running.set(digest, fetch);
    this.#ask(record, holders).then(
      (transfer) => this.#started(fetch, transfer),
      (error) => this.#end(fetch, digest, error),
    );
  }

  /** One more has it. */
  addHolder(record: ContentRecord, holder: string): void {
    if (this.#running.has(hex(record.digest))) this.#ask(record, [holder]).catch(() => undefined);
  }

  /** There is a newer version. */
  abandon(record: ContentRecord): void {
    const digest = hex(record.digest);
    const fetch = this.#running.get(digest);
    if (fetch === undefined || !fetch.records.delete(record.id) || fetch.records.size > 0) return;
    this.#running.delete(digest);
    fetch.settleBegun.reject(new Error('abandoned'));
    if (fetch.key !== undefined) void this.#forget(fetch.key);
  }

  /** The transfer that brings an entry, as soon as there is one; undefined: nothing of it is under way. */
  async transferOf(record: ContentRecord): Promise<number | undefined> {
    return this.#running.get(hex(record.digest))?.begun;
  }

  close(): void {
    this.#closed = true;
    this.#unsubscribe();
    clearInterval(this.#watching);
    clearTimeout(this.#forgetting);
    for (const { settleBegun } of this.#running.values()) settleBegun.reject(new Error('closed'));
  }

  /** A member may name any resource there is: only what can be the cask of such an entry is made here. */
  #ask({ digest, size }: ContentRecord, holders: readonly string[]): Promise<TransferSnapshot> {
    const { rain, folder } = this.#parts;
    const only = caskLengths(size);
    return rain.fetch({ link: resourceLink(digest), from: holders, into: folder, seed: false, only });
  }

  #started(fetch: Fetch, transfer: TransferSnapshot): void {
    fetch.key = transfer.key;
    this.#left.delete(transfer.key);
    fetch.settleBegun.resolve(transfer.key);
    // Abandoned while it was being asked for.
    if (fetch.records.size === 0) void this.#forget(transfer.key);
    else this.#see(transfer);
  }

  #see({ key, state, verified, path, problem }: TransferSnapshot): void {
    const found = [...this.#running].find(([, fetch]) => fetch.key === key);
    if (found === undefined) return;
    const [digest, fetch] = found;
    if (verified > fetch.verified) {
      fetch.verified = verified;
      fetch.movedAt = this.#clock.look();
    }
    if (fetch.isEnding) return;
    if (state === 'done' && path !== undefined) void this.#adopt(fetch, digest, key, path);
    else if (state === 'failed' || state === 'stalled') this.#end(fetch, digest, problem);
  }

  async #adopt(fetch: Fetch, digest: string, key: number, path: string): Promise<void> {
    fetch.isEnding = true;
    const [record] = fetch.records.values();
    try {
      const lease = await this.#parts.casks.adopt(path, record);
      this.#drop(fetch, digest);
      for (const waiting of fetch.records.values()) {
        const own = this.#parts.casks.hold(waiting);
        if (own === undefined) this.#parts.failed(waiting, new Error('its record says another size'));
        else this.#parts.kept(waiting, own);
      }
      lease.release();
    } catch (error) {
      this.#end(fetch, digest, error);
      // The next run takes it in.
      if (this.#closed) return;
    }
    await this.#forget(key);
  }

  /** What was verified stays for when it is tried again. */
  #end(fetch: Fetch, digest: string, why: unknown): void {
    this.#drop(fetch, digest);
    fetch.settleBegun.reject(why);
    if (this.#closed) return;
    if (fetch.key !== undefined) this.#parts.rain.pause(fetch.key).catch(() => undefined);
    for (const record of fetch.records.values()) this.#parts.failed(record, why);
  }

  /** Abandoned meanwhile, and wanted again, the resource is being fetched anew: that goes on. */
  #drop(fetch: Fetch, digest: string): void {
    if (this.#running.get(digest) === fetch) this.#running.delete(digest);
  }

  async #forget(key: number): Promise<void> {
    await this.#parts.rain.remove(key, { deleteFiles: true }).catch(() => undefined);
  }

  #giveUpStuck(): void {
    const late = this.#clock.look() - PATIENCE;
    for (const [digest, fetch] of [...this.#running]) {
      if (fetch.key !== undefined && !fetch.isEnding && fetch.movedAt < late) {
        this.#end(fetch, digest, new Error('nobody delivers it'));
      }
    }
  }
}

function newFetch(record: ContentRecord, now: number): Fetch {
  let settleBegun: Fetch['settleBegun'] = { resolve: () => {}, reject: () => {} };
  const begun = new Promise<number>((resolve, reject) => {
    settleBegun = { resolve, reject };
  });
  begun.catch(() => undefined);
  return {
    records: new Map([[record.id, record]]),
    key: undefined,
    verified: 0,
    movedAt: now,
    begun,
    settleBegun,
    isEnding: false,
  };
}

function hex(digest: Uint8Array): string {
  return Buffer.from(digest).toString('hex');
}
