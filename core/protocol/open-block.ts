/** A block that droplets are being collected for: which ids are here, from whom, and which are free to be ordered. */

/** `rotten`: decoded to something else than the manifest says, and kept until it is known who lied. */
export type BlockPhase = 'collecting' | 'decoding' | 'rotten';

/** Droplets taken up by an earlier run and kept on disk come from no server: more than there are sessions. */
export const FROM_STORE = 0xff00;

/** Ids beyond are not ordered: no transfer comes so far by itself. */
const LAST_ID = 0xf000_0000;
const NONE: readonly Ids[] = [];

/** Ids in [from, to). */
export interface Ids {
  readonly from: number;
  readonly to: number;
}

export class OpenBlock {
  readonly index: number;
  /** Source symbols that exist: what must be known. */
  readonly real: number;
  /** First repair id. */
  readonly coded: number;
  phase: BlockPhase = 'collecting';
  /** Distinct droplets here. */
  got = 0;
  gotSource = 0;
  /** Of `got`: kept by an earlier run. */
  gotStored = 0;
  /** Distinct droplets that decoding will take: `real`, or more when an attempt fell short. */
  enough: number;
  /** What is ordered and may still come, set by the planner: source symbols, repair droplets, and their variance. */
  expectedSource = 0;
  expectedRepair = 0;
  varianceRepair = 0;
  /** Where the source ids of `expectedSource` are, among others that are here already. */
  expectedIds: Ids[] = [];
  /** Source ids that were lost and are to be ordered again; set by the planner, too. */
  again: Ids[] = [];
  /** Since when others are asked only for what cannot come in time, ms; set by the planner, too. */
  waitsSince = Number.POSITIVE_INFINITY;
  /** Repair droplets to order without waiting for a loss. */
  readonly hedge: number;
  /** Only this session may pour for it. */
  readonly only: number | undefined;
  /** Sessions (and `FROM_STORE`) whose droplets are in it. */
  readonly contributors = new Set<number>();
  /** `got` when it was last given to be decoded. */
  tried = 0;
  /** It was begun before and given up: what was ordered of it then may still come. */
  readonly isAnew: boolean;
  /** Droplets were taken out while it was being decoded: the outcome says nothing of those that are left. */
  tainted = false;
  /** Per source symbol: 0 missing, else who poured it, + 1. */
  readonly #source: Uint16Array;
  readonly #repair = new Map<number, number>();
  /** By session: ids that were ordered of it. */
  readonly #ordered: { from: number; to: number }[][] = [];
  #nextSource = 0;
  #nextRepair: number;

  constructor(index: number, real: number, only?: number, hedge = 0, isAnew = false) {
    this.index = index;
    this.real = real;
    this.coded = Math.max(4, real);
    this.enough = real;
    this.only = only;
    this.hedge = hedge;
    this.isAnew = isAnew;
    this.#source = new Uint16Array(real);
    this.#nextRepair = this.coded;
  }

  /** Takes note that ids were ordered of a session: nothing else is taken from it. */
  order(session: number, from: number, count: number): void {
    this.#ordered[session] ??= [];
    const stretches = this.#ordered[session];
    const last = stretches.at(-1);
    if (last?.to === from) last.to += count;
    else stretches.push({ from, to: from + count });
  }

  /** How many of `most` ids from `id` on were ordered of a session; 0 when the first was not. */
  ordered(session: number, id: number, most: number): number {
    const stretches = this.#ordered[session] ?? NONE;
    // By index: this runs for every datagram, and what comes was mostly ordered last.
    for (let i = stretches.length - 1; i >= 0; i--) {
      const { from, to } = stretches[i];
      if (id >= from && id < to) return Math.min(most, to - id);
    }
    return 0;
  }

  has(id: number): boolean {
    return id < this.coded ? id >= this.real || this.#source[id] > 0 : this.#repair.has(id);
  }

  /** How many of `most` ids from `id` on, all source or all repair, are not here; 0 when the first is. */
  absent(id: number, most: number): number {
    const end = id < this.coded ? Math.min(id + most, this.coded) : id + most;
    let to = id;
    while (to < end && !this.has(to)) to++;
    return to - id;
  }

  /** Takes `count` ids from `id` on that are absent. */
  add(id: number, count: number, from: number): void {
    const to = id + count;
    if (id < this.real) {
      // By index: mostly it is one, for which `fill` takes 17 ns instead of 4.
      for (let each = id; each < to; each++) this.#source[each] = from + 1;
      this.gotSource += count;
    } else {
      for (let each = id; each < to; each++) this.#repair.set(each, from);
      // What an earlier run or attempt had is not ordered again.
      if (to > this.#nextRepair && to < LAST_ID) this.#nextRepair = to;
    }
    this.got += count;
    if (from === FROM_STORE) this.gotStored += count;
    this.contributors.add(from);
  }

  /** Droplets that are from one session. */
  share(from: number): number {
    let share = 0;
    for (const by of this.#source) if (by === from + 1) share++;
    for (const by of this.#repair.values()) if (by === from) share++;
    return share;
  }

  /** Takes out all that came from one session (or `FROM_STORE`). Returns false when nothing did. */
  expel(from: number): boolean {
    if (!this.contributors.delete(from)) return false;
    if (from === FROM_STORE) this.gotStored = 0;
    for (let id = 0; id < this.real; id++) {
      if (this.#source[id] !== from + 1) continue;
      this.#source[id] = 0;
      this.gotSource--;
      this.got--;
    }
    for (const [id, by] of this.#repair) {
      if (by !== from) continue;
      this.#repair.delete(id);
      this.got--;
    }
    if (this.phase === 'decoding') this.tainted = true;
    else this.collect();
    return true;
  }

  /** Takes out droplets that add nothing to the others. */
  drop(ids: readonly number[]): void {
    for (const id of ids) {
      if (!this.has(id)) continue;
      if (id < this.real) {
        this.#source[id] = 0;
        this.gotSource--;
      } else if (this.#repair.get(id) === FROM_STORE) this.gotStored--;
      this.#repair.delete(id);
      this.got--;
      this.tried--;
    }
  }

  /** True while droplets are of use. */
  get isOpen(): boolean {
    return this.phase === 'collecting' || this.phase === 'decoding';
  }

  /** Goes on collecting, after an attempt that came to nothing. */
  collect(): void {
    this.phase = 'collecting';
    this.tainted = false;
    this.enough = this.real;
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

  /** Stretches of source ids that were ordered and neither came nor are expected; none if there are more than `most`. */
  lostStretches(most: number): Ids[] {
    const isExpected = new Uint8Array(this.real);
    for (const { from, to } of this.expectedIds) isExpected.fill(1, from, to);
    const lost: Ids[] = [];
    for (let id = 0; id < this.#nextSource; id++) {
      const from = id;
      while (id < this.#nextSource && this.#source[id] === 0 && isExpected[id] === 0) id++;
      if (id === from) continue;
      if (lost.length === most) return [];
      lost.push({ from, to: id });
    }
    return lost;
  }

  /** Takes the next stretch of `again`, at most `most`. */
  takeAgain(most: number): { from: number; count: number } | undefined {
    const stretch = this.again.shift();
    if (stretch === undefined) return undefined;
    const { from, to } = stretch;
    const count = Math.min(most, to - from);
    if (from + count < to) this.again.unshift({ from: from + count, to });
    return { from, count };
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
    while (this.#nextSource < this.real && this.#source[this.#nextSource] > 0) this.#nextSource++;
  }
}
