/** A host whose clock leaps: a machine that slept, or whose clock was put right. The network's own time goes on. */
import type { Host } from './network.ts';

export class LeapingHost implements Host {
  readonly #inner: Host;
  /** What its clock shows beyond that of the network, ms. */
  #ahead = 0;

  constructor(inner: Host) {
    this.#inner = inner;
  }

  leap(by: number): void {
    this.#ahead += by;
  }

  receive(now: number, from: string, bytes: Uint8Array): void {
    this.#inner.receive(now + this.#ahead, from, bytes);
  }

  pump(now: number, send: (to: string, bytes: Uint8Array) => void): number {
    return this.#inner.pump(now + this.#ahead, send) - this.#ahead;
  }
}
