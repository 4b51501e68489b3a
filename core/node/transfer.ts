/** One transfer: from a link to a file, over as many runs as it takes. What is durable of it is in the store. */
import type { FetchRequest, Problem, TransferSnapshot, TransferState, Upload } from '../api.ts';
import { identify, type OpenManifest } from '../content/manifest.ts';
import { checkRoom } from '../content/room.ts';
import { safeName } from '../content/safe-name.ts';
import { unsealName } from '../content/seal.ts';
import type { FromNet, TransferContent, TransferStats } from '../engine/messages.ts';
import { problemOf } from '../engine/problem.ts';
import type { Store } from '../store/store.ts';
import type { StoredTransfer } from '../store/transfers.ts';
import { isUntouched } from './finished.ts';
import { openManifest } from './known-manifest.ts';
import { Readers } from './readers.ts';
import { Refusals, type Refused, untilNextTry } from './refusals.ts';
import type { Threads } from './threads.ts';
import { TransferFigures } from './transfer-figures.ts';
import { TransferPart } from './transfer-part.ts';
import { TransferRecord } from './transfer-record.ts';
import { transferSnapshot } from './transfer-snapshot.ts';
import { waitingProblem } from './waiting-words.ts';

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
  state: TransferState = 'waiting';
  readonly readers = new Readers((blocks) => this.#prefer(blocks));
  readonly #host: TransferHost;
  readonly #record: TransferRecord;
  readonly #part: TransferPart;
  #problem: Problem | undefined;
  #nameFromServer = '';
  /** Of this run, or of the last one. */
  #figures = new TransferFigures();
  #running = false;
  readonly #refusals = new Refusals();
  /** Starting, stopping and finishing wait for each other. */
  #turn: Promise<void> = Promise.resolve();

  constructor(row: StoredTransfer, host: TransferHost) {
    this.#host = host;
    this.#record = new TransferRecord(row, host);
    this.#part = new TransferPart(this.#record, {
      ...host,
      stuck: (error) => this.#stall('records', problemOf(error), () => this.#part.ledger?.retry()),
      lost: (error) => this.#lost(error),
      recorded: () => this.#unstall('records'),
    });
    this.#problem = row.problem ?? undefined;
    const isHeld = row.hold && row.bytes !== null;
    this.state = row.state !== 'active' ? row.state : isHeld ? 'held' : 'paused';
  }

  get row(): StoredTransfer {
    return this.#record.row;
  }

  get key(): number {
    return this.row.key;
  }

  /** It looks for servers and takes droplets. */
  get running(): boolean {
    return this.#running;
  }

  /** The person has asked for it again, naming servers. Throws Failure. */
  askedAgain({ from, seed, background = false }: FetchRequest): void {
    this.#record.update({ fromHints: [...new Set([...this.row.fromHints, ...from])], seed, background });
  }

  /** Takes the hold off and goes on, into a folder that may be another. Throws Failure; it is then held as before. */
  begin(into: string): Promise<void> {
    checkRoom(into, this.row.bytes ?? 0);
    this.#record.update({ hold: false, intoFolder: into });
    return this.start();
  }

  /** Why it is in its state. */
  get problem(): Problem | undefined {
    return this.#problem;
  }

  /** What it is, once that is known. Throws Failure: bad-manifest, wrong-key. */
  manifest(): OpenManifest | undefined {
    return this.#part.ledger?.manifest ?? (this.row.bytes === null ? undefined : this.#record.manifest());
  }

  /** Whether a block can be read from the part. */
  hasBlock(block: number): boolean {
    return this.#part.has(block);
  }

  /** It is done and served on. */
  get isSeeded(): boolean {
    return this.#isDone() && this.row.seed;
  }

  /** Goes on where it was. Afterwards it is running, done, or in a state that says why not. */
  start(): Promise<void> {
    return this.#inTurn(() => this.#start());
  }

  async #start(): Promise<void> {
    const isAtRest = this.state === 'done' || (this.state === 'held' && this.row.hold);
    if (this.#running || isAtRest) return;
    this.#running = true;
    this.#figures = new TransferFigures();
    this.#figures.started(performance.now());
    this.#problem = undefined;
    this.#setState('waiting');
    this.#record.note({ state: 'active', problem: null });
    await this.#withRoom(() => this.#begin());
  }

  async #begin(): Promise<void> {
    const content = await this.#takeUp();
    if (!this.#running) {
      // Stopped meanwhile.
      if (!this.#isDone()) await this.#part.close();
      return;
    }
    const { key, id: resource, seed: serves, background } = this.row;
    this.#host.threads().tell({
      type: 'start',
      transfer: { key, resource, codec: this.#part.codec, servers: [], content, serves, background },
    });
    this.readers.renew();
    this.#unstall('beginning', 'waiting');
  }

  /** The manifest, when it is done and what it wrote is still there: then there is nothing to be fetched. */
  async doneManifest(): Promise<OpenManifest | undefined> {
    if (!this.#isDone() || !(await isUntouched(this.row))) return undefined;
    const manifest = this.#record.manifest();
    if (manifest !== undefined) this.#part.recall(manifest);
    return manifest;
  }

  /** Stops asking and keeps everything. `paused`: the person wants so, and it stays so over restarts. */
  async stop(paused: boolean): Promise<void> {
    const wasRunning = this.#running;
    // What is under way sees it at once, and gives up its turn.
    this.#running = false;
    await this.#inTurn(async () => {
      const runs = wasRunning || this.#running;
      this.#running = false;
      if (this.#isDone() || this.state === 'held') return;
      if (runs) await this.#release();
      if (paused) this.#setStopped('paused');
      else if (runs) this.#setState('paused');
    });
  }

  /** What the network thread says of this transfer. */
  handle(message: FromNet): void {
    // What was on its way when the transfer was stopped is still to be kept.
    const isKept = message.type === 'droplets' || message.type === 'written' || message.type === 'forget';
    if (!this.#running && !isKept) return;
    switch (message.type) {
      case 'manifest':
        void this.#inTurn(() => this.#manifestArrived(message.bytes));
        return;
      case 'name':
        this.#nameArrived(message.name);
        return;
      case 'written':
        this.#part.ledger?.written(message.block);
        this.readers.changed();
        return;
      case 'droplets':
        this.#part.keep(message.batches);
        if (this.#running) this.#host.threads().tell({ type: 'kept', key: this.key });
        return;
      case 'forget':
        this.#part.forget(message.block);
        return;
      case 'stuck':
        this.#stall('blocks', message.problem, () =>
          this.#host.threads().tell({ type: 'retry', key: this.key }),
        );
        return;
      case 'unstuck':
        this.#unstall('blocks');
        return;
      case 'fetched':
        this.see(message.stats);
        void this.#inTurn(() => this.#finish());
        return;
    }
  }

  /** The threads are gone. */
  crashed(problem: Problem): void {
    if (!this.#running) return;
    this.#running = false;
    this.#refusals.clear();
    this.#part.ledger?.stop();
    this.#problem = problem;
    this.#setState('failed');
  }

  /** Figures of the last quarter second. */
  see(stats: TransferStats): void {
    const hasMoved = this.#figures.see(performance.now(), stats, this.#part.verifiedBytes);
    this.#followServers(stats);
    if (hasMoved) this.#host.changed(this);
  }

  snapshot(): TransferSnapshot {
    const { row, state } = this;
    const isWaiting = this.#running && state !== 'finishing';
    return transferSnapshot(performance.now(), {
      row,
      state,
      name: this.#name,
      problem: this.#problem ?? (isWaiting ? waitingProblem(this.#figures.stats) : undefined),
      figures: this.#figures,
      ledger: this.#part.ledger,
      upload: this.isSeeded ? this.#host.uploadOf(row.id) : undefined,
    });
  }

  /** What is already here: nothing but the link, or the manifest, its part file and some of the content. */
  async #takeUp(): Promise<TransferContent | undefined> {
    const manifest = this.#record.manifest();
    if (manifest !== undefined) this.#record.recall(manifest);
    const { intoFolder, hold } = this.row;
    if (hold) {
      if (manifest !== undefined) await this.#hold();
      return undefined;
    }
    checkRoom(intoFolder, 0);
    if (manifest === undefined) return undefined;
    const opened = await this.#part.open(manifest, this.#safeName);
    if ('content' in opened) return opened.content;
    this.#running = false;
    this.#complete(manifest, opened.finished);
    return undefined;
  }

  /** What it is, is known: the rest waits for the person. */
  async #hold(): Promise<void> {
    this.#running = false;
    await this.#release();
    this.#record.note({ name: this.#safeName });
    this.#setState('held');
    this.#host.rested();
  }

  async #manifestArrived(bytes: Uint8Array): Promise<void> {
    if (!this.#running) return;
    const { id, digest } = this.row;
    const real = identify(bytes);
    const isIt = real.id === id && (digest === null || Buffer.from(real.digest).equals(digest));
    if (!isIt) {
      this.#host.threads().tell({ type: 'wrong-manifest', key: this.key });
      return;
    }
    await this.#withRoom(() => this.#take(bytes));
  }

  /** Begins to fetch the content of a manifest that is the right one. */
  async #take(bytes: Uint8Array): Promise<void> {
    const manifest = openManifest(this.row, bytes);
    this.#record.learn(manifest, bytes);
    if (this.row.hold) {
      await this.#hold();
      return;
    }
    const opened = await this.#part.open(manifest, this.#safeName);
    if (!this.#running || !('content' in opened)) {
      await this.#part.close();
      return;
    }
    this.#unstall('beginning');
    this.#setState('running');
    this.#host.threads().tell({ type: 'content', key: this.key, content: opened.content });
  }

  /** Does what a transfer begins with; without room for it, again and again until there is some. */
  async #withRoom(begin: () => Promise<void>): Promise<void> {
    try {
      await begin();
    } catch (error) {
      const problem = problemOf(error);
      if (problem.code !== 'no-space' || !this.#running) {
        await this.#fail(error);
        return;
      }
      this.#stall('beginning', problem, () => void this.#inTurn(() => this.#beginAgain(begin)));
    }
  }

  /** Unless that has worked meanwhile, or the transfer was stopped. */
  async #beginAgain(begin: () => Promise<void>): Promise<void> {
    if (this.#refusals.has('beginning')) await this.#withRoom(begin);
  }

  #nameArrived(sealed: Uint8Array): void {
    const { contentKey } = this.row;
    const name = contentKey === null ? Buffer.from(sealed).toString() : unsealName(contentKey, sealed);
    if (name !== undefined && this.#nameFromServer === '') this.#nameFromServer = safeName(name, this.row.id);
  }

  async #finish(): Promise<void> {
    const { ledger } = this.#part;
    if (ledger === undefined || !this.#running) return;
    this.#setState('finishing');
    while (this.#running && !(await ledger.flush())) await untilNextTry();
    if (!this.#running) return;
    try {
      const { key } = this;
      const path = await this.#part.finish();
      this.#running = false;
      this.#figures.stopped(performance.now());
      await this.#host.threads().ask((call) => ({ type: 'stop', call, key }));
      this.#complete(ledger.manifest, path);
    } catch (error) {
      await this.#fail(error);
    }
  }

  #complete(manifest: OpenManifest, path: string): void {
    this.#refusals.clear();
    this.#problem = undefined;
    // Unless it can be recorded, the next run will find the file.
    this.#record.note({ state: 'done', problem: null, finalPath: path, partPath: null, doneAt: Date.now() });
    this.#setState('done');
    this.#host.rested();
    this.#host.completed(this, manifest);
  }

  /** Room may appear: it is tried again until it works or the person stops it. */
  #stall(what: Refused, problem: Problem, retry: () => void): void {
    this.#problem = problem;
    if (!this.#running || !this.#refusals.add(what, retry)) return;
    this.#record.note({ problem });
    this.#setState('stalled');
  }

  #unstall(what: Refused, state: TransferState = 'running'): void {
    if (!this.#refusals.lift(what)) return;
    this.#problem = undefined;
    this.#record.note({ problem: null });
    if (this.#running) this.#setState(state);
  }

  /** Blocks that somebody waits for. */
  #prefer(blocks: readonly number[]): void {
    if (this.#running) this.#host.threads().tell({ type: 'prefer', key: this.key, blocks });
  }

  /** What was written is not on the disk: the next run fetches it again. */
  #lost(error: unknown): void {
    if (!this.#running) {
      this.#host.problem(problemOf(error));
      return;
    }
    // What waits for it sees it at once.
    this.#running = false;
    void this.#inTurn(() => this.#fail(error));
  }

  async #fail(error: unknown): Promise<void> {
    this.#running = false;
    await this.#release();
    this.#problem = problemOf(error);
    this.#setStopped('failed');
    this.#host.rested();
  }

  /** Lets go of the threads, with everything recorded. */
  async #release(): Promise<void> {
    this.#refusals.clear();
    this.#figures.stopped(performance.now());
    try {
      await this.#host.threads().ask((call) => ({ type: 'stop', call, key: this.key }));
      await this.#part.close();
    } catch (error) {
      // A thread has died, or the disk has: it is let go of all the same.
      this.#host.problem(problemOf(error));
    }
  }

  /** Does one thing after the other. `work` may fail only by a bug; then the transfer does. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    this.#turn = this.#turn.then(work).catch((error) => this.#fail(error));
    return this.#turn;
  }

  /** By the link, by a server, or what it is called now. */
  get #name(): string {
    return this.row.name || this.#nameFromServer;
  }

  get #safeName(): string {
    return safeName(this.#name, this.row.id);
  }

  #isDone(): boolean {
    return this.state === 'done';
  }

  #setStopped(state: 'paused' | 'failed'): void {
    this.#record.note({ state, problem: this.#problem ?? null });
    this.#setState(state);
  }

  #setState(state: TransferState): void {
    if (this.state === state) return;
    this.state = state;
    this.readers.changed();
    this.#host.changed(this);
  }

  /** Waiting, learning what it is, or running: by what the servers do. */
  #followServers({ waiting, phase }: TransferStats): void {
    if (!['waiting', 'manifest', 'running'].includes(this.state)) return;
    if (waiting !== 'nothing' && waiting !== 'room') this.#setState('waiting');
    else this.#setState(phase === 'manifest' ? 'manifest' : 'running');
  }
}
