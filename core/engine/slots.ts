/** Free places of the arena, all of one size; the last one freed is taken first, for it is in the cache. */
export class Slots {
  readonly #free: number[];

  constructor(places: readonly number[]) {
    this.#free = [...places].reverse();
  }

  get left(): number {
    return this.#free.length;
  }

  take(): number | undefined {
    return this.#free.pop();
  }

  give(slot: number): void {
    this.#free.push(slot);
  }
}
