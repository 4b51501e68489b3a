/** One transfer: from a link to a file, over as many runs as it takes. What is durable of it is in the store. */
import type { FetchRequest, Problem, TransferSnapshot, TransferState, Upload } from '../api.ts';
import type { OpenManifest } from '../content/manifest.ts';
import { checkRoom } from '../content/room.ts';
import type { FromNet, TransferStats } from '../engine/messages.ts';
import { problemOf } from '../engine/problem.ts';
import type { Store } from '../store/store.ts';
import type { StoredTransfer } from '../store/transfers.ts';
import type { Link } from '../wire/link.ts';
import { isUntouched } from './finished.ts';
import { Readers } from './readers.ts';
import type { Threads } from './threads.ts';
import { TransferCourse } from './transfer-course.ts';
import { TransferName } from './transfer-name.ts';
import { TransferPart } from './transfer-part.ts';
import { TransferRecord } from './transfer-record.ts';
import { checkedName } from './transfer-request.ts';
import { transferSnapshot } from './transfer-snapshot.ts';
import { TransferStanding } from './transfer-standing.ts';
import { waitingReason } from './waiting-reason.ts';

export interface TransferHost {
  readonly store: Store;
  threads(): Threads;
  changed(transfer: Transfer): void;
  problem(problem: Problem): void;
  /** What is poured of a resource. */
  uploadOf(id: string): Upload;
  /** It is complete. */
  completed(transfer: Transfer, manifest: OpenManifest): void;
  /** It has come to an end by itself, or is held: it asks no servers any more. */
  rested(): void;
}

export class Transfer {
  readonly readers = new Readers((blocks) => this.#prefer(blocks));
  readonly #host: TransferHost;
  readonly #record: TransferRecord;
  readonly #name: TransferName;
  readonly #standing: TransferStanding;
  readonly #part: TransferPart;
  readonly #course: TransferCourse;
  #unresolved: readonly string[] = [];

  constructor(row: StoredTransfer, host: TransferHost) {
    this.#host = host;
    this.#record = new TransferRecord(row, host);
    this.#name = new TransferName(this.#record);
    this.#standing = new TransferStanding(this.#record, () => {
      this.readers.changed();
      host.changed(this);
    });
    this.#part = new TransferPart(this.#record, {
      ...host,
      stuck: (error) => this.#standing.stall('records', problemOf(error), () => this.#part.ledger?.retry()),
      lost: (error) => this.#course.lost(error),
      recorded: () => this.#standing.unstall('records'),
    });
    this.#course = new TransferCourse(
      {
        record: this.#record,
        part: this.#part,
        standing: this.#standing,
        name: this.#name,
        readers: this.readers,
      },
      { ...host, completed: (manifest) => host.completed(this, manifest) },
    );
  }

  get row(): StoredTransfer {
    return this.#record.row;
  }

  get key(): number {
    return this.row.key;
  }

  get state(): TransferState {
    return this.#standing.state;
  }

  /** Why it is in its state. */
  get problem(): Problem | undefined {
    return this.#standing.problem;
  }

  /** It looks for servers and takes droplets. */
  get running(): boolean {
    return this.#standing.running;
  }

  /** It is done and served on. */
  get isSeeded(): boolean {
    return this.#standing.isDone && this.row.seed;
  }

  /** What it is, once that is known. Throws Failure: bad-manifest, wrong-key. */
  manifest(): OpenManifest | undefined {
    return this.#part.ledger?.manifest ?? (this.row.bytes === null ? undefined : this.#record.manifest());
  }

  /** The manifest, when it is done and what it wrote is still there: then there is nothing to be fetched. */
  async doneManifest(): Promise<OpenManifest | undefined> {
    if (!this.#standing.isDone || !(await isUntouched(this.row))) return undefined;
    const manifest = this.#record.manifest();
    if (manifest !== undefined) this.#part.recall(manifest);
    return manifest;
  }

  /** Whether a block can be read from the part. */
  hasBlock(block: number): boolean {
    return this.#part.has(block);
  }

  /** The person has asked for it again, naming servers, or the rest of the hash. Throws Failure. */
  askedAgain(link: Link, { from, seed, background = false, name }: FetchRequest): void {
    const fromHints = [...new Set([...this.row.fromHints, ...from])];
    const digest = this.row.digest ?? link.digest ?? null;
    const called = name === undefined || this.row.state === 'done' ? {} : { name, called: checkedName(name) };
    this.#record.update({ digest, fromHints, seed, background, ...called });
  }

  /** Takes the hold off and goes on, into a folder that may be another. Throws Failure; it is then held as before. */
  begin(into: string): Promise<void> {
    const { bytes, files, folders } = this.row;
    checkRoom(into, { bytes: bytes ?? 0, files: (files ?? 0) + (folders ?? 0) });
    this.#record.update({ hold: false, intoFolder: into });
    return this.start();
  }

  /** Goes on where it was. Afterwards it is running, done, or in a state that says why not. */
  start(): Promise<void> {
    return this.#course.start();
  }

  /** Stops asking and keeps everything. `paused`: the person wants so, and it stays so over restarts. */
  stop(paused: boolean): Promise<void> {
    return this.#course.stop(paused);
  }

  /** What the network thread says of this transfer. */
  handle(message: FromNet): void {
    // What was on its way when the transfer was stopped is still to be kept.
    const isKept = message.type === 'droplets' || message.type === 'written' || message.type === 'forget';
    if (!this.running && !isKept) return;
    switch (message.type) {
      case 'manifest':
        this.#course.manifestArrived(message.bytes);
        return;
      case 'name':
        this.#name.arrived(message.name);
        return;
      case 'written':
        this.#part.ledger?.written(message.block);
        this.readers.changed();
        return;
      case 'droplets':
        this.#part.keep(message.batches);
        if (this.running) this.#host.threads().tell({ type: 'kept', key: this.key });
        return;
      case 'forget':
        this.#part.forget(message.block);
        return;
      case 'stuck':
        this.#standing.stall('blocks', message.problem, () =>
          this.#host.threads().tell({ type: 'retry', key: this.key }),
        );
        return;
      case 'unstuck':
        this.#standing.unstall('blocks');
        return;
      case 'fetched':
        this.see(message.stats);
        this.#course.fetched();
        return;
    }
  }

  /** Names of servers that cannot be resolved now; returns those that could be before, or were not asked for. */
  setUnresolved(names: readonly string[]): readonly string[] {
    const news = names.filter((name) => !this.#unresolved.includes(name));
    const isSame = news.length === 0 && names.length === this.#unresolved.length;
    this.#unresolved = names;
    if (!isSame) this.#host.changed(this);
    return news;
  }

  /** The threads are gone. */
  crashed(problem: Problem): void {
    if (!this.running) return;
    this.#part.ledger?.stop();
    this.#standing.crashed(problem);
  }

  /** Figures of the last quarter second. */
  see(stats: TransferStats): void {
    const { ledger, verifiedBytes } = this.#part;
    const symbolSize = ledger?.manifest.symbolSize ?? 0;
    const hasMoved = this.#course.figures.see(performance.now(), stats, verifiedBytes, symbolSize);
    this.#standing.follow(stats);
    if (hasMoved) this.#host.changed(this);
  }

  snapshot(): TransferSnapshot {
    const { row, state } = this;
    const { figures } = this.#course;
    return transferSnapshot(performance.now(), {
      row,
      state,
      name: this.#name.shown,
      problem: this.problem,
      waiting: state === 'waiting' ? waitingReason(figures.stats?.waiting, this.#unresolved) : undefined,
      unresolved: this.#unresolved,
      figures,
      ledger: this.#part.ledger,
      upload: this.isSeeded ? this.#host.uploadOf(row.id) : undefined,
    });
  }

  /** Blocks that somebody waits for. */
  #prefer(blocks: readonly number[]): void {
    if (this.running) this.#host.threads().tell({ type: 'prefer', key: this.key, blocks });
  }
}
