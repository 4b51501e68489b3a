/** The course of a transfer: what it begins with, what it is held or stopped for, and how it ends. */
import type { Problem } from '../api.ts';
import { realFileSystem } from '../content/file-system.ts';
import { identify, type OpenManifest } from '../content/manifest.ts';
import { checkRoom, NOTHING } from '../content/room.ts';
import { countReplaced } from '../content/windows-names.ts';
import type { TransferContent } from '../engine/messages.ts';
import { problemOf } from '../engine/problem.ts';
import { Failure } from '../failure.ts';
import { checkWanted, openManifest } from './known-manifest.ts';
import type { Readers } from './readers.ts';
import { untilNextTry } from './refusals.ts';
import type { Threads } from './threads.ts';
import { TransferFigures } from './transfer-figures.ts';
import type { TransferName } from './transfer-name.ts';
import type { TransferPart } from './transfer-part.ts';
import type { TransferRecord } from './transfer-record.ts';
import type { TransferStanding } from './transfer-standing.ts';

/** What a transfer is made of, and its course moves. */
export interface TransferOnCourse {
  readonly record: TransferRecord;
  readonly part: TransferPart;
  readonly standing: TransferStanding;
  readonly name: TransferName;
  readonly readers: Readers;
}

/** Room may appear. */
function isOfRoom({ code }: Problem): boolean {
  return code === 'no-space' || code === 'no-inodes';
}

export interface TransferCourseHost {
  threads(): Threads;
  problem(problem: Problem): void;
  /** It is complete. */
  completed(manifest: OpenManifest): void;
  /** It has come to an end by itself, or is held: it asks no servers any more. */
  rested(): void;
}

/** Starting, stopping and finishing wait for each other. */
export class TransferCourse {
  readonly #record: TransferRecord;
  readonly #part: TransferPart;
  readonly #standing: TransferStanding;
  readonly #name: TransferName;
  readonly #readers: Readers;
  readonly #host: TransferCourseHost;
  #figures = new TransferFigures();
  #turn: Promise<void> = Promise.resolve();

  constructor({ record, part, standing, name, readers }: TransferOnCourse, host: TransferCourseHost) {
    this.#record = record;
    this.#part = part;
    this.#standing = standing;
    this.#name = name;
    this.#readers = readers;
    this.#host = host;
  }

  /** Of this run, or of the last one. */
  get figures(): TransferFigures {
    return this.#figures;
  }

  /** Goes on where it was. Afterwards it is running, done, or in a state that says why not. */
  start(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#standing.running || this.#standing.isAtRest) return;
      this.#figures = new TransferFigures();
      this.#figures.started(performance.now());
      this.#standing.begin();
      await this.#withRoom(() => this.#begin());
    });
  }

  /** Stops asking and keeps everything. `paused`: the person wants so, and it stays so over restarts. */
  async stop(paused: boolean): Promise<void> {
    const wasRunning = this.#standing.running;
    this.#standing.halt();
    this.#part.interrupt();
    await this.#inTurn(async () => {
      const runs = wasRunning || this.#standing.running;
      this.#standing.halt();
      if (this.#standing.isDone || this.#standing.state === 'held') return;
      if (runs) await this.#release();
      if (paused) this.#standing.paused();
      else if (runs) this.#standing.set('paused');
    });
  }

  /** A server's word for what the manifest is. */
  manifestArrived(bytes: Uint8Array): void {
    void this.#inTurn(async () => {
      if (!this.#standing.running) return;
      if (this.#isManifest(bytes)) await this.#withRoom(() => this.#take(bytes));
      else this.#host.threads().tell({ type: 'wrong-manifest', key: this.#key });
    });
  }

  /** Every block is written. */
  fetched(): void {
    void this.#inTurn(() => this.#finish());
  }

  /** What was written is not on the disk: the next run fetches it again. */
  lost(error: unknown): void {
    if (!this.#standing.running) {
      this.#host.problem(problemOf(error));
      return;
    }
    // What waits for it sees it at once.
    this.#standing.halt();
    void this.#inTurn(() => this.#fail(error));
  }

  get #key(): number {
    return this.#record.row.key;
  }

  async #begin(): Promise<void> {
    const content = await this.#takeUp();
    if (!this.#standing.running) {
      // Stopped meanwhile.
      if (!this.#standing.isDone) await this.#part.close();
      return;
    }
    const { key, id: resource, seed: serves, background } = this.#record.row;
    this.#host.threads().tell({
      type: 'start',
      transfer: { key, resource, codec: this.#part.codec, servers: [], content, serves, background },
    });
    this.#readers.renew();
    this.#standing.unstall('beginning', 'waiting');
  }

  /** What is already here: nothing but the link, or the manifest, its part file and some of the content. */
  async #takeUp(): Promise<TransferContent | undefined> {
    const manifest = this.#record.manifest();
    if (manifest !== undefined) {
      checkWanted(this.#record.row, manifest);
      this.#record.recall(manifest);
    }
    const { intoFolder, hold } = this.#record.row;
    if (hold) {
      if (manifest !== undefined) await this.#hold();
      return undefined;
    }
    checkRoom(intoFolder, NOTHING);
    if (manifest === undefined) return undefined;
    const opened = await this.#part.open(manifest, this.#name.safe);
    if ('content' in opened) return opened.content;
    this.#standing.halt();
    this.#complete(manifest, opened.finished);
    return undefined;
  }

  /** What it is, is known: the rest waits for the person. */
  async #hold(): Promise<void> {
    this.#standing.halt();
    await this.#release();
    this.#record.note({ name: this.#name.safe });
    this.#standing.set('held');
    this.#host.rested();
  }

  #isManifest(bytes: Uint8Array): boolean {
    const { id, digest } = this.#record.row;
    const real = identify(bytes);
    return real.id === id && (digest === null || Buffer.from(real.digest).equals(digest));
  }

  /** Begins to fetch the content of a manifest that is the right one. */
  async #take(bytes: Uint8Array): Promise<void> {
    const manifest = openManifest(this.#record.row, bytes);
    checkWanted(this.#record.row, manifest);
    this.#record.learn(manifest, bytes);
    if (this.#record.row.hold) {
      await this.#hold();
      return;
    }
    const opened = await this.#part.open(manifest, this.#name.safe);
    if (!this.#standing.running || !('content' in opened)) {
      await this.#part.close();
      return;
    }
    this.#standing.unstall('beginning');
    this.#standing.set('running');
    this.#host.threads().tell({ type: 'content', key: this.#key, content: opened.content });
  }

  /** Does what a transfer begins with; without room for it, again and again until there is some. */
  async #withRoom(begin: () => Promise<void>): Promise<void> {
    try {
      await begin();
    } catch (error) {
      const problem = problemOf(error);
      // Stopped while it was being laid out; whoever stopped it says how it is now.
      if (problem.code === 'interrupted' && !this.#standing.running) return;
      if (!isOfRoom(problem) || !this.#standing.running) {
        await this.#fail(error);
        return;
      }
      this.#standing.stall('beginning', problem, () => void this.#inTurn(() => this.#beginAgain(begin)));
    }
  }

  /** Unless that has worked meanwhile, or the transfer was stopped. */
  async #beginAgain(begin: () => Promise<void>): Promise<void> {
    if (this.#standing.isRefused('beginning')) await this.#withRoom(begin);
  }

  async #finish(): Promise<void> {
    const { ledger } = this.#part;
    if (ledger === undefined || !this.#standing.running) return;
    this.#standing.set('finishing');
    while (this.#standing.running && !(await ledger.flush())) await untilNextTry();
    if (!this.#standing.running) return;
    try {
      const path = await this.#part.finish();
      this.#standing.halt();
      this.#figures.stopped(performance.now());
      await this.#host.threads().ask((call) => ({ type: 'stop', call, key: this.#key }));
      this.#complete(ledger.manifest, path);
    } catch (error) {
      await this.#notFinished(error);
    }
  }

  /** What another program has open will be let go of: it is tried again until then. */
  async #notFinished(error: unknown): Promise<void> {
    const problem = problemOf(error);
    if (problem.code !== 'busy' || !this.#standing.running) await this.#fail(error);
    else this.#standing.stall('finishing', problem, () => void this.#inTurn(() => this.#finishAgain()));
  }

  async #finishAgain(): Promise<void> {
    if (!this.#standing.isRefused('finishing')) return;
    this.#standing.unstall('finishing', 'finishing');
    await this.#finish();
  }

  #complete(manifest: OpenManifest, path: string): void {
    this.#standing.done(path);
    this.#tellReplaced(manifest);
    this.#host.rested();
    this.#host.completed(manifest);
  }

  /** Names that this system does not allow have been written otherwise. */
  #tellReplaced({ listing }: OpenManifest): void {
    const count = countReplaced(listing, realFileSystem.names);
    if (count === 0) return;
    const what = count === 1 ? 'One name has' : `${count} names have`;
    const message = `${what} characters that this system does not allow, in ${this.#name.shown}; others stand for them.`;
    const hint = 'Shared on from here, the files have their own names again.';
    this.#host.problem(problemOf(new Failure('names-replaced', message, hint)));
  }

  async #fail(error: unknown): Promise<void> {
    this.#standing.halt();
    await this.#release();
    this.#standing.failed(problemOf(error));
    this.#host.rested();
  }

  /** Lets go of the threads, with everything recorded. */
  async #release(): Promise<void> {
    this.#standing.forgetRefusals();
    this.#figures.stopped(performance.now());
    try {
      await this.#host.threads().ask((call) => ({ type: 'stop', call, key: this.#key }));
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
}
