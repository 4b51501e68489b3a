/**
 * Which droplets a classic client is sent. The receivers of 2012 peel: a droplet is of use when all but one of its
 * parts are known. So first every part by itself, and what was lost is made up for by droplets of many parts, then of
 * ever fewer: who still listens has lost more. Measured: docs/decisions/014-classic.md.
 */
import { CLASSIC_HEADER, CLASSIC_PARTS, classicPartLength, writeClassicHeader } from '../wire/classic.ts';
import { type Random, unit } from './random.ts';

/** How fast the droplets that come after the parts get lighter: the n-th of a round has 64 / (1 + n * this) parts. */
const LIGHTER = 0.4;
const LIGHTEST = 2;
/**
 * Bytes that a droplet may cost its receiver to add, where a lighter one does: Python adds 3 MB/s, so that this takes
 * 200 ms of the second after which it gives up.
 */
const HEAVIEST_BYTES = 600_000;

/** The droplets of one subscription. */
export class ClassicFountain {
  readonly resource: string;
  readonly content: Uint8Array;
  readonly #random: Random;
  readonly #partLength: number;
  /** Servers begin at parts of their own, so that who listens to several hears less twice. */
  readonly #first: number;
  #made = 0;

  constructor(resource: string, content: Uint8Array, random: Random) {
    this.resource = resource;
    this.content = content;
    this.#random = random;
    this.#partLength = classicPartLength(content.length);
    this.#first = below(CLASSIC_PARTS, random);
  }

  /** Bytes of each datagram. */
  get datagramBytes(): number {
    return CLASSIC_HEADER + this.#partLength;
  }

  /** How often 64 droplets have been made; whoever had enough with the first 64 is gone by then. */
  get round(): number {
    return Math.floor(this.#made / CLASSIC_PARTS);
  }

  /** Writes the next droplet to the beginning of `into`; returns the bytes that its receiver has to add at most. */
  write(into: Uint8Array): number {
    const parts = this.#choose();
    let mask = 0n;
    const payload = into.subarray(CLASSIC_HEADER, this.datagramBytes).fill(0);
    for (const part of parts) {
      mask |= 1n << BigInt(part);
      const from = part * this.#partLength;
      const bytes = this.content.subarray(from, from + this.#partLength);
      for (let i = 0; i < bytes.length; i++) payload[i] ^= bytes[i];
    }
    writeClassicHeader(into, this.resource, mask, this.content.length);
    return (parts.length - 1) * this.#partLength;
  }

  #choose(): number[] {
    const number = this.#made++;
    if (number < CLASSIC_PARTS) return [(this.#first + number) % CLASSIC_PARTS];
    const degree = Math.round(CLASSIC_PARTS / (1 + (number % CLASSIC_PARTS) * LIGHTER));
    const heaviest = Math.floor(HEAVIEST_BYTES / this.#partLength);
    return draw(Math.max(LIGHTEST, Math.min(heaviest, degree)), this.#random);
  }
}

/** `count` different parts. */
function draw(count: number, random: Random): number[] {
  const parts = Array.from({ length: CLASSIC_PARTS }, (_, part) => part);
  for (let i = 0; i < count; i++) {
    const j = i + below(CLASSIC_PARTS - i, random);
    [parts[i], parts[j]] = [parts[j], parts[i]];
  }
  return parts.slice(0, count);
}

function below(limit: number, random: Random): number {
  return Math.floor(unit(random) * limit);
}
