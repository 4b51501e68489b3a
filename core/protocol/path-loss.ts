/** What a path loses anyway, told from what it loses because it is full. Parts of the datagrams, 0..1. */

/** Loss beyond that of the path, and beyond chance, that says it is full. */
const EXCESS = 0.03;
/** Epochs in which a burst may show. */
const LONGEST_BURST = 2;
/** Datagrams from which the loss of the path is reckoned, and the most that it is taken to be. */
const CLEAN_DATAGRAMS = 400;
const MOST_LOSS = 0.6;
/** When so many should have been lost and less than this part of them was, the path loses less than it was taken to. */
const EXPECTED = 10;
const FAR_LESS = 0.3;

/** Datagrams that the server sent in an epoch, and how many of them are missing. */
export interface Losses {
  readonly datagrams: number;
  readonly lost: number;
}

export class PathLoss {
  #base = 0;
  #recent = 0;
  /** Epochs in a row that had more loss than the path has. */
  #exceeded = 0;
  /** Of epochs in which no queue can have overflown. */
  #clean: Losses[] = [];
  /** It has been seen for long enough to tell more from it. */
  #isKnown = false;
  /** Of all epochs since it was last looked at. */
  #datagrams = 0;
  #lost = 0;

  /** What the path loses even when it is not full. */
  get base(): number {
    return this.#base;
  }

  /** Of late, smoothed. */
  get recent(): number {
    return this.#recent;
  }

  /**
   * Takes an epoch: `once` when more was lost than the path loses anyway and than chance explains, which a burst
   * does too, over the border of two epochs even; `again` when that goes on, for what the rate causes stays.
   */
  learn({ datagrams, lost }: Losses): 'none' | 'once' | 'again' {
    const loss = lost / datagrams;
    this.#doubt(datagrams, lost);
    this.#recent += (loss - this.#recent) * Math.min(0.5, datagrams / 400);
    this.#exceeded = this.#isExcess(loss, datagrams) ? this.#exceeded + 1 : 0;
    if (this.#exceeded === 0) return 'none';
    return this.#exceeded > LONGEST_BURST ? 'again' : 'once';
  }

  /** Takes the epoch as one in which no queue can have overflown: in the start, or at less than the capacity. */
  learnClean({ datagrams, lost }: Losses): void {
    this.#clean.push({ datagrams, lost });
    const enough = (): boolean =>
      this.#clean.slice(1).reduce((sum, epoch) => sum + epoch.datagrams, 0) > CLEAN_DATAGRAMS;
    while (this.#clean.length > 3 && enough()) this.#clean.shift();
    const sum = this.#clean.reduce((a, b) => ({
      datagrams: a.datagrams + b.datagrams,
      lost: a.lost + b.lost,
    }));
    this.#base = Math.min(MOST_LOSS, sum.lost / sum.datagrams);
    this.#isKnown ||= this.#clean.length >= 3;
  }

  /** Any sign that a queue has overflown: more was lost than a path without bursts loses anyway. */
  hasOverflown({ datagrams, lost }: Losses): boolean {
    const most = datagrams * this.#base;
    return lost > most + 3 * Math.sqrt(most);
  }

  /** Who begins on a link that others have filled takes what overflows for the path's own loss, until it stops. */
  #doubt(datagrams: number, lost: number): void {
    this.#datagrams += datagrams;
    this.#lost += lost;
    const expected = this.#base * this.#datagrams;
    if (expected < EXPECTED) return;
    if (this.#lost < FAR_LESS * expected) {
      this.#clean = [{ datagrams: this.#datagrams, lost: this.#lost }];
      this.#base = this.#lost / this.#datagrams;
      this.#isKnown = true;
    }
    this.#datagrams = 0;
    this.#lost = 0;
  }

  #isExcess(loss: number, datagrams: number): boolean {
    if (!this.#isKnown) return false;
    const base = this.#base;
    const sigma = Math.sqrt((Math.max(base, 0.02) * (1 - base)) / datagrams);
    return loss - base > EXCESS + 3 * sigma;
  }
}
