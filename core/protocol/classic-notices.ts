/** Keeps the log of what the classic wire left unanswered short, whoever knocks and however often. */

/** The same notice is not repeated for so long, ms. */
const QUIET = 60_000;
/** Notices in so long, whatever they say. */
const MOST = 30;

export class ClassicNotices {
  /** When each was said last; at most {@link MOST} of them, for no more are said before they are forgotten. */
  readonly #said = new Map<string, number>();

  /** Whether a notice may be said now; then it counts as said. */
  mayBeSaid(now: number, notice: string): boolean {
    for (const [said, at] of this.#said) if (at + QUIET <= now) this.#said.delete(said);
    if (this.#said.has(notice) || this.#said.size >= MOST) return false;
    this.#said.set(notice, now);
    return true;
  }
}
