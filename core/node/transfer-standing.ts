/** In what state a transfer is and why, as hosts see it and the store keeps it; and what its disk refuses it. */
import type { Problem, TransferState } from '../api.ts';
import type { TransferStats } from '../engine/messages.ts';
import { Refusals, type Refused } from './refusals.ts';
import type { TransferRecord } from './transfer-record.ts';

export class TransferStanding {
  readonly #record: TransferRecord;
  readonly #changed: () => void;
  readonly #refusals = new Refusals();
  #state: TransferState;
  #problem: Problem | undefined;
  #running = false;

  /** As the last run left it. `changed`: its state has. */
  constructor(record: TransferRecord, changed: () => void) {
    this.#record = record;
    this.#changed = changed;
    const { state, problem, hold, bytes } = record.row;
    this.#problem = problem ?? undefined;
    const isHeld = hold && bytes !== null;
    this.#state = state !== 'active' ? state : isHeld ? 'held' : 'paused';
  }

  get state(): TransferState {
    return this.#state;
  }

  /** Why it is in its state. */
  get problem(): Problem | undefined {
    return this.#problem;
  }

  /** It looks for servers and takes droplets. */
  get running(): boolean {
    return this.#running;
  }

  get isDone(): boolean {
    return this.#state === 'done';
  }

  /** Nothing is left to do, or everything waits for the person. */
  get isAtRest(): boolean {
    return this.isDone || (this.#state === 'held' && this.#record.row.hold);
  }

  set(state: TransferState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#changed();
  }

  /** A run begins. */
  begin(): void {
    this.#running = true;
    this.#problem = undefined;
    this.set('waiting');
    this.#record.note({ state: 'active', problem: null });
  }

  /** The run is over: what is under way sees it at once, and gives up its turn. */
  halt(): void {
    this.#running = false;
  }

  /** Waiting, learning what it is, or running: by what the servers do. */
  follow({ waiting, phase }: TransferStats): void {
    if (!['waiting', 'manifest', 'running'].includes(this.#state)) return;
    if (waiting !== 'nothing' && waiting !== 'room') this.set('waiting');
    else this.set(phase === 'manifest' ? 'manifest' : 'running');
  }

  /** The disk refuses something. Room may appear: `retry` tries it again until it works or the run is over. */
  stall(what: Refused, problem: Problem, retry: () => void): void {
    this.#problem = problem;
    if (!this.#running || !this.#refusals.add(what, retry)) return;
    this.#record.note({ problem });
    this.set('stalled');
  }

  /** The disk takes it. */
  unstall(what: Refused, state: TransferState = 'running'): void {
    if (!this.#refusals.lift(what)) return;
    this.#problem = undefined;
    this.#record.note({ problem: null });
    if (this.#running) this.set(state);
  }

  isRefused(what: Refused): boolean {
    return this.#refusals.has(what);
  }

  /** Nothing is tried again any more. */
  forgetRefusals(): void {
    this.#refusals.clear();
  }

  /** By the person, and so over restarts. */
  paused(): void {
    this.#stopped('paused');
  }

  failed(problem: Problem): void {
    this.#problem = problem;
    this.#stopped('failed');
  }

  /** The threads are gone, and the transfer is for the next run of the node to take up. */
  crashed(problem: Problem): void {
    this.#running = false;
    this.#refusals.clear();
    this.#problem = problem;
    this.set('failed');
  }

  done(finalPath: string): void {
    this.#refusals.clear();
    this.#problem = undefined;
    // Unless it can be recorded, the next run will find the file.
    this.#record.note({ state: 'done', problem: null, finalPath, partPath: null, doneAt: Date.now() });
    this.set('done');
  }

  #stopped(state: 'paused' | 'failed'): void {
    this.#record.note({ state, problem: this.#problem ?? null });
    this.set(state);
  }
}
