/**
 * Cookies of member sessions: as those of core/protocol/cookie.ts they prove that their bearer receives at the address
 * it sends from, and nothing is kept of who has not shown one. Beyond that they are numbered, so that a session that
 * was, and is forgotten, can never begin again.
 */
import { blake3 } from '../../content/blake3.ts';
import type { Random } from '../../protocol/random.ts';
import { put32 } from '../../wire/fields.ts';
import { put48, u48 } from '../record.ts';
import { COOKIE_LIFE } from './limits.ts';

export const COOKIE_BYTES = 16;
const STAMP_BYTES = 6;

export class Cookies {
  readonly #secret = new Uint8Array(32);
  readonly #encoder = new TextEncoder();
  #last = 0;

  /** `random` has to be unpredictable where it matters. */
  constructor(random: Random) {
    for (let at = 0; at < this.#secret.length; at += 4) put32(this.#secret, at, random.u32());
  }

  make(now: number, address: string, caller: string, nonce: string): Uint8Array {
    this.#last = Math.max(Math.floor(now), this.#last + 1);
    return this.#bake(this.#last, address, caller, nonce);
  }

  isGood(now: number, address: string, caller: string, nonce: string, cookie: Uint8Array): boolean {
    const stamp = stampOf(cookie);
    if (stamp > this.#last || now - stamp > COOKIE_LIFE) return false;
    const own = this.#bake(stamp, address, caller, nonce);
    let difference = 0;
    for (let i = 0; i < COOKIE_BYTES; i++) difference |= own[i] ^ cookie[i];
    return difference === 0;
  }

  #bake(stamp: number, address: string, caller: string, nonce: string): Uint8Array {
    const cookie = new Uint8Array(COOKIE_BYTES);
    put48(cookie, 0, stamp);
    const message = this.#encoder.encode(`${stamp} ${caller} ${nonce} ${address}`);
    const mac = blake3.keyedHash(this.#secret, message);
    cookie.set(mac.subarray(0, COOKIE_BYTES - STAMP_BYTES), STAMP_BYTES);
    return cookie;
  }
}

/** The number of a cookie; those made later have greater ones. */
export function stampOf(cookie: Uint8Array): number {
  return u48(cookie, 0);
}
