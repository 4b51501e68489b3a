/** A server that is honest inside, and whose droplets are tampered with on their way out. */
import { MANIFEST_BLOCK, RAIN_HEADER, type RainHeader } from '../../core/wire/datagram.ts';
import { emptyRainHeader, isRain, readRain, writeRain } from '../../core/wire/rain.ts';
import type { Host } from '../protocol/simulation/network.ts';

/** What becomes of one datagram of droplets: `bytes` are to be changed in place. */
export interface Outgoing {
  readonly header: RainHeader;
  /** Symbols. */
  readonly payload: Uint8Array;
}

/** How long to hold it back, ms; undefined: it is sent at once. Droplets of the manifest stay as they are. */
export type Twist = (outgoing: Outgoing) => number | undefined;

export class TwistedHost implements Host {
  readonly #inner: Host;
  readonly #twist: Twist;
  readonly #held: { readonly at: number; readonly to: string; readonly bytes: Uint8Array }[] = [];

  constructor(inner: Host, twist: Twist) {
    this.#inner = inner;
    this.#twist = twist;
  }

  receive(now: number, from: string, bytes: Uint8Array): void {
    this.#inner.receive(now, from, bytes);
  }

  pump(now: number, send: (to: string, bytes: Uint8Array) => void): number {
    const next = this.#inner.pump(now, (to, bytes) => {
      const copy = bytes.slice();
      const delay = this.#twisted(copy);
      if (delay === undefined) send(to, copy);
      else this.#held.push({ at: now + delay, to, bytes: copy });
    });
    while (this.#held[0] !== undefined && this.#held[0].at <= now) {
      const [{ to, bytes }] = this.#held.splice(0, 1);
      send(to, bytes);
    }
    return Math.min(next, this.#held[0]?.at ?? Number.POSITIVE_INFINITY);
  }

  #twisted(bytes: Uint8Array): number | undefined {
    const header = emptyRainHeader();
    if (!isRain(bytes) || readRain(bytes, header) !== undefined) return undefined;
    if (header.block >= MANIFEST_BLOCK) return undefined;
    const delay = this.#twist({ header, payload: bytes.subarray(RAIN_HEADER) });
    writeRain(bytes, header);
    return delay;
  }
}
