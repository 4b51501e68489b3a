/** Virtual time: what is to happen, in the order of when. */

interface Planned {
  readonly time: number;
  /** Of two at one time, the one planned first comes first. */
  readonly number: number;
  readonly happen: () => void;
}

export class Timeline {
  /** ms since the simulation began. */
  now = 0;
  /** A binary heap: no element is before its parent. */
  readonly #heap: Planned[] = [];
  #planned = 0;

  at(time: number, happen: () => void): void {
    const planned = { time: Math.max(time, this.now), number: this.#planned++, happen };
    const heap = this.#heap;
    let index = heap.push(planned) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (isBefore(heap[parent], planned)) break;
      heap[index] = heap[parent];
      index = parent;
    }
    heap[index] = planned;
  }

  after(delay: number, happen: () => void): void {
    this.at(this.now + delay, happen);
  }

  /** Lets everything happen until `time`. */
  runUntil(time: number): void {
    while (this.#heap.length > 0 && this.#heap[0].time <= time) {
      const { time: when, happen } = this.#takeFirst();
      this.now = when;
      happen();
    }
    this.now = time;
  }

  #takeFirst(): Planned {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop() as Planned;
    if (heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1], heap[child])) child++;
      if (isBefore(last, heap[child])) break;
      heap[index] = heap[child];
      index = child;
    }
    heap[index] = last;
    return first;
  }
}

function isBefore(a: Planned, b: Planned): boolean {
  return a.time < b.time || (a.time === b.time && a.number < b.number);
}
