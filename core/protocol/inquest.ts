/**
 * Who lied. A block that decodes to something else than the manifest says holds false droplets. When all are from
 * one server, it is that one. Else the block is set aside as evidence and fetched anew from one server alone:
 * either that attempt is wrong too, and the server has lied, or it is right, and comparing the evidence with it
 * names the liars. What the one server had put into the evidence need not come again. One block is inquired into at a
 * time; other rotten blocks wait, since what the liars put into them can be taken out by name.
 */
import type { OpenBlock } from './open-block.ts';
import type { Session } from './session.ts';

/**
 * Time for a server to bring a block alone, ms: this and so many times what the fastest would take, for one that is slow
 * may be so on purpose; twice as long each time that all have been asked in vain.
 */
const GRACE = 1000;
const GRACE_FACTOR = 4;
const MOST_ROUNDS = 6;

/** What an inquest may do to the transfer. */
export interface Court {
  readonly sessions: readonly Session[];
  openBlocks(): Iterable<OpenBlock>;
  find(block: number): OpenBlock | undefined;
  /** Sets the droplets of a block aside as evidence. */
  impound(block: number): void;
  /** Begins a block anew, to be poured by one session alone. False: no room, ask again. */
  reopen(block: number, only: number): boolean;
  /** Gives a block up for now; it is opened again in its turn. */
  giveUp(block: number): void;
  /** Bans a session and takes out all that it put into open blocks. */
  convict(now: number, from: number): void;
}

interface Case {
  readonly block: number;
  /** As it was when it turned out to be rotten. */
  readonly evidence: OpenBlock;
  /** Sessions that were asked already. */
  readonly asked: Set<number>;
  /** How often all have been asked. */
  rounds: number;
  witness: Session | undefined;
  until: number;
}

export class Inquest {
  readonly #court: Court;
  #case: Case | undefined;

  constructor(court: Court) {
    this.#court = court;
  }

  /** The block that is fetched from one server alone. */
  get block(): number | undefined {
    return this.#case?.block;
  }

  /** A block has turned out to hold false droplets. */
  rotten(now: number, block: OpenBlock): void {
    const [only, ...others] = block.contributors;
    if (block.tainted) {
      block.collect();
      return;
    }
    block.phase = 'rotten';
    if (only !== undefined && others.length === 0) this.#court.convict(now, only);
  }

  /** A block has turned out right. */
  settled(block: number): void {
    if (this.#case?.block === block) this.#case = undefined;
  }

  /** Takes up the next case, and goes on with the present one when its witness is of no use. */
  tick(now: number): void {
    if (this.#case === undefined) {
      for (const block of this.#court.openBlocks()) {
        if (block.phase !== 'rotten') continue;
        if (this.#pickWitness(new Set(), block) === undefined) return;
        this.#court.impound(block.index);
        this.#case = {
          block: block.index,
          evidence: block,
          asked: new Set(),
          rounds: 0,
          witness: undefined,
          until: 0,
        };
        break;
      }
    }
    const present = this.#case;
    if (present === undefined) return;
    const { witness } = present;
    const waiting = witness?.live === true && now < present.until && this.#isOpen(present);
    if (!waiting) this.#ask(now, present);
  }

  #isOpen(present: Case): boolean {
    return this.#court.find(present.block)?.only === present.witness?.index;
  }

  #ask(now: number, present: Case): void {
    if (present.witness !== undefined && this.#isOpen(present)) this.#court.giveUp(present.block);
    let witness = this.#pickWitness(present.asked, present.evidence);
    if (witness === undefined) {
      if (present.asked.size > 0) present.rounds = Math.min(MOST_ROUNDS, present.rounds + 1);
      present.asked.clear();
      witness = this.#pickWitness(present.asked, present.evidence);
    }
    present.witness = witness;
    if (witness === undefined) return;
    if (!this.#court.reopen(present.block, witness.index)) {
      this.#makeRoom();
      if (!this.#court.reopen(present.block, witness.index)) return;
    }
    present.asked.add(witness.index);
    const { real, got } = this.#court.find(present.block) ?? { real: 0, got: 0 };
    const fastest = Math.max(...this.#court.sessions.map(({ live, pace }) => (live ? pace.flow : 0)));
    present.until = now + (GRACE + (GRACE_FACTOR * (real - got) * 1000) / fastest) * 2 ** present.rounds;
  }

  #makeRoom(): void {
    for (const block of [...this.#court.openBlocks()]) {
      if (block.phase === 'rotten') this.#court.giveUp(block.index);
    }
  }

  /** Who has been right most often; of those who has put most into the block, since it has the least to bring; the fastest. */
  #pickWitness(asked: ReadonlySet<number>, evidence: OpenBlock): Session | undefined {
    const [best] = this.#court.sessions
      .filter(({ live, index }) => live && !asked.has(index))
      .sort(
        (a, b) =>
          b.useful - a.useful ||
          evidence.share(b.index) - evidence.share(a.index) ||
          b.pace.flow - a.pace.flow,
      );
    return best;
  }
}
