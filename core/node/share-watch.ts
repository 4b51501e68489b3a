import { scanRest } from '../content/scan.ts';
import { absoluteOf, findChange, type Tree } from '../content/tree.ts';
import { problemOf } from '../engine/problem.ts';
import type { Failure } from '../failure.ts';
import { changedFailure, missingFailure } from './share-identity.ts';

export interface ShareWatchHost {
  /** What is being served, by key, and what its files are to look like. */
  served(): Iterable<readonly [number, Tree]>;
  /** Files of a share are not as they should be. */
  broken(key: number, tree: Tree, failure: Failure): void;
  warn(message: string): void;
}

/** How often the files of shares that are being served are looked at, ms. */
const LOOK_EVERY = 2000;
/** Shares looked at in one go; where there are more, each has its turn. */
const MOST = 250;

/** Notices that a share has changed before somebody asks for it. */
export class ShareWatch {
  readonly #host: ShareWatchHost;
  #timer: NodeJS.Timeout | undefined;
  #isLooking = false;
  /** How far the last look came. */
  #lastKey = 0;
  #closed = false;

  constructor(host: ShareWatchHost) {
    this.#host = host;
  }

  /** From now on; again: nothing happens. */
  start(): void {
    this.#timer ??= setInterval(() => void this.#look(), LOOK_EVERY);
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
  }

  /** One look at a time, however long it takes. */
  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      for (const [key, tree] of this.#turn()) await this.#lookAt(key, tree);
    } catch (error) {
      if (!this.#closed) this.#host.warn(problemOf(error).message);
    }
    this.#isLooking = false;
  }

  #turn(): (readonly [number, Tree])[] {
    const served = [...this.#host.served()].sort(([a], [b]) => a - b);
    const after = served.findIndex(([key]) => key > this.#lastKey);
    const from = served.length <= MOST ? 0 : Math.max(0, after);
    const turn = served.slice(from, from + MOST);
    this.#lastKey = turn.at(-1)?.[0] ?? 0;
    return turn;
  }

  async #lookAt(key: number, tree: Tree): Promise<void> {
    const change = this.#closed ? undefined : await findChange(tree);
    if (this.#closed || change === undefined) return;
    const absolute = absoluteOf(change);
    const exists = await scanRest([absolute]).then(
      () => true,
      () => false,
    );
    if (this.#closed) return;
    this.#host.broken(key, tree, exists ? changedFailure(absolute) : missingFailure(absolute));
  }
}
