/**
 * Address validation (after RFC 9000, section 8.1, and RFC 4987, section 3.6): a cookie proves that its bearer
 * receives at the address it sends from. It is a MAC under a secret of this process over address, subject (what it is
 * to be used for) and the ten minutes it was made in, so that a server keeps nothing for an address that has not echoed
 * one.
 */
import { COOKIE_BYTES } from '../wire/datagram.ts';

/** Length of an epoch, ms; a cookie is good in its own epoch and the one after. */
const EPOCH = 600_000;

/** A keyed pseudo-random function: at least 12 bytes out, secret inside. */
export type Mac = (message: Uint8Array) => Uint8Array;

export class CookieJar {
  readonly #mac: Mac;
  readonly #encoder = new TextEncoder();

  constructor(mac: Mac) {
    this.#mac = mac;
  }

  make(now: number, address: string, subject: string): Uint8Array {
    return this.#bake(Math.floor(now / EPOCH), address, subject);
  }

  /**
   * `stale`: still good, but the bearer should be given a new one. `proven`, if any, was found good before for the same
   * address and subject, which need not be found out with each heartbeat.
   */
  check(
    now: number,
    address: string,
    subject: string,
    cookie: Uint8Array,
    proven?: Uint8Array,
  ): 'good' | 'stale' | 'bad' {
    const epoch = Math.floor(now / EPOCH);
    const claimed = new DataView(cookie.buffer, cookie.byteOffset).getUint32(0);
    const age = ((epoch >>> 0) - claimed) | 0;
    if (age !== 0 && age !== 1) return 'bad';
    const isProven = proven !== undefined && same(proven, cookie);
    if (!isProven && !same(this.#bake(epoch - age, address, subject), cookie)) return 'bad';
    return age === 0 ? 'good' : 'stale';
  }

  #bake(epoch: number, address: string, subject: string): Uint8Array {
    const cookie = new Uint8Array(COOKIE_BYTES);
    new DataView(cookie.buffer).setUint32(0, epoch);
    const message = this.#encoder.encode(`${epoch} ${subject} ${address}`);
    cookie.set(this.#mac(message).subarray(0, COOKIE_BYTES - 4), 4);
    return cookie;
  }
}

/** Comparison in constant time. */
function same(a: Uint8Array, b: Uint8Array): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) difference |= a[i] ^ b[i];
  return difference === 0;
}
