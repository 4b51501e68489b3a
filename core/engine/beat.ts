/** When the network thread tells the node how things stand: hundreds of clients that wait are not worth much of that. */

/** Beats without anything moving, after which only every so manyth is told. */
const QUIET_BEATS = 8;

export class Beat {
  /** What was poured when the node was last told, bytes, and how often nothing had come to it since. */
  #poured = 0;
  #quiet = 0;

  /** Whether this beat is told. `isFetching`: there are transfers. */
  isTold(isFetching: boolean, poured: number): boolean {
    const isMoving = isFetching || poured !== this.#poured;
    this.#poured = poured;
    this.#quiet = isMoving ? 0 : this.#quiet + 1;
    return this.#quiet <= QUIET_BEATS || this.#quiet % QUIET_BEATS === 0;
  }
}
