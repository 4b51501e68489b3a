/** A block that droplets are being collected for: which ids are here, and which are still free to be ordered. */

export type BlockPhase = 'collecting' | 'decoding';

/** Droplets taken up by an earlier run and kept on disk come from no server. */
export const FROM_STORE = 255;

export class OpenBlock {
  readonly index: number;
  /** Source symbols that exist: what must be known. */
  readonly real: number;
  /** First repair id. */
  readonly coded: number;
  readonly openedAt: number;
  phase: BlockPhase = 'collecting';
  /** Distinct droplets here. */
  got = 0;
  gotSource = 0;
  /** Distinct droplets that decoding will take: `real`, or more when an attempt fell short. */
  enough: number;
  /** What is ordered and may still come; set by the planner. */
  expected = 0;
  /** Of these, source symbols. */
  expectedSource = 0;
  /** Only this session may pour for it: an earlier attempt was poisoned. */
  only: number | undefined;
  /** Sessions (and `FROM_STORE`) whose droplets are in it. */
  readonly contributors = new Set<number>();
  readonly #source: Uint8Array;
  readonly #repair = new Set<number>();
  #nextSource = 0;
  #nextRepair: number;

  constructor(index: number, real: number, now: number) {
    this.index = index;
    this.real = real;
    this.coded = Math.max(4, real);
    this.enough = real;
    this.openedAt = now;
    this.#source = new Uint8Array(real);
    this.#nextRepair = this.coded;
  }

  has(id: number): boolean {
    return id < this.coded ? id >= this.real || this.#source[id] === 1 : this.#repair.has(id);
  }

  add(id: number, from: number): void {
    if (id < this.real) {
      this.#source[id] = 1;
      this.gotSource++;
    } else {
      this.#repair.add(id);
      // What an earlier run had is not ordered again.
      if (from === FROM_STORE && id >= this.#nextRepair) this.#nextRepair = id + 1;
    }
    this.got++;
    this.contributors.add(from);
  }

  /** True when all source ids have been ordered from somebody. */
  get sourceOrdered(): boolean {
    this.#skipGot();
    return this.#nextSource >= this.real;
  }

  /** Source ids that are neither here nor ordered. */
  get sourceLeft(): number {
    let left = 0;
    for (let id = this.#nextSource; id < this.real; id++) if (this.#source[id] === 0) left++;
    return left;
  }

  /** Takes the next stretch of source ids, at most `most`, to be ordered. */
  takeSource(most: number): { from: number; count: number } | undefined {
    this.#skipGot();
    const from = this.#nextSource;
    if (from >= this.real) return undefined;
    let end = from;
    while (end < this.real && end - from < most && this.#source[end] === 0) end++;
    this.#nextSource = end;
    return { from, count: end - from };
  }

  /** Takes fresh repair ids; ids have 32 bits, of which no transfer uses more than a sliver. */
  takeRepair(count: number): { from: number; count: number } {
    const from = this.#nextRepair;
    this.#nextRepair += count;
    return { from, count };
  }

  /** Ids in [from, to) that are not here. */
  missing(from: number, to: number): number {
    let missing = 0;
    for (let id = from; id < to; id++) if (!this.has(id)) missing++;
    return missing;
  }

  #skipGot(): void {
    while (this.#nextSource < this.real && this.#source[this.#nextSource] === 1) this.#nextSource++;
  }
}
