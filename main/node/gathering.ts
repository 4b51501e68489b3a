/** Events on their way to the window: gathered, so that it is told of a thing at most four times a second. */
import type { NodeEvent } from '../../core/api.ts';

/** Least time between two batches, ms. */
export const BATCH_EVERY = 250;

/** Timers and clock, given so that tests can turn them. */
export interface Clock {
  now(): number;
  /** Calls back after `ms`; returns what stops it. */
  after(ms: number, callback: () => void): () => void;
}

const realClock: Clock = {
  now: () => performance.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/**
 * Of events about the same thing only the last one counts, and things do not depend on each other. The first after a
 * quiet time goes out at once.
 */
export class Gathering {
  readonly #send: (events: readonly NodeEvent[]) => void;
  readonly #clock: Clock;
  readonly #events = new Map<string | NodeEvent, NodeEvent>();
  #stop: (() => void) | undefined;
  #lastSent = Number.NEGATIVE_INFINITY;

  constructor(send: (events: readonly NodeEvent[]) => void, clock: Clock = realClock) {
    this.#send = send;
    this.#clock = clock;
  }

  add(event: NodeEvent): void {
    if (event.type === 'log') return;
    this.#events.set(subjectOf(event), event);
    const wait = Math.max(0, this.#lastSent + BATCH_EVERY - this.#clock.now());
    this.#stop ??= this.#clock.after(wait, () => this.#flush());
  }

  /** Forgets what has not been sent: whoever listens is told everything anew. */
  clear(): void {
    this.#stop?.();
    this.#stop = undefined;
    this.#events.clear();
  }

  #flush(): void {
    this.#stop = undefined;
    this.#lastSent = this.#clock.now();
    const events = [...this.#events.values()];
    this.#events.clear();
    this.#send(events);
  }
}

/** Shares and transfers have keys of one series. A problem is a thing of its own. */
function subjectOf(event: NodeEvent): string | NodeEvent {
  switch (event.type) {
    case 'share':
      return `row ${event.share.key}`;
    case 'transfer':
      return `row ${event.transfer.key}`;
    case 'share-removed':
    case 'transfer-removed':
      return `row ${event.key}`;
    case 'problem':
      return event;
    default:
      return event.type;
  }
}
