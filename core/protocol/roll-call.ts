/**
 * Asks servers whether they are there, sans-IO: a SUBSCRIBE without a cookie, for a resource that nobody has. It is
 * answered by a challenge and nothing is kept of it, so whatever comes back with its token proves that the server
 * answers, and how fast.
 */
import { writeControl } from '../wire/control.ts';
import { COOKIE_BYTES, MIN_DATAGRAM, type Token, TYPE_SUBSCRIBE } from '../wire/datagram.ts';
import type { Random } from './random.ts';
import type { Transmission } from './transmission.ts';

/** Questions to one server at most, and how long each is waited for before the next, ms. */
const TRIES = 3;
const PATIENCE = 700;
/** Pause between two questions, whomever they are for, ms: a long list is no burst. */
const PACE = 5;

interface Asked {
  readonly address: string;
  tries: number;
  /** When the next question is due, or, after the last, when it is given up. */
  due: number;
  /** Round trip, ms; undefined: no answer yet. */
  rtt: number | undefined;
}

export class RollCall {
  readonly #random: Random;
  readonly #asked: readonly Asked[];
  /** A token for each question, so that an answer is not taken for that to another (Karn's rule). */
  readonly #questions = new Map<string, { readonly of: Asked; readonly at: number }>();
  #nextAt: number;

  constructor(now: number, addresses: readonly string[], random: Random) {
    this.#random = random;
    this.#nextAt = now;
    this.#asked = addresses.map((address) => ({ address, tries: 0, due: now, rtt: undefined }));
  }

  /** An answer with this token came. False: it is not to a question of this roll call. */
  handle(now: number, token: Token): boolean {
    const question = this.#questions.get(textOf(token));
    if (question === undefined) return false;
    question.of.rtt ??= now - question.at;
    return true;
  }

  pollTransmit(now: number): Transmission | undefined {
    if (now < this.#nextAt) return undefined;
    const next = this.#asked.find((asked) => isOpen(asked) && asked.tries < TRIES && asked.due <= now);
    if (next === undefined) return undefined;
    const random = this.#random;
    const token = { high: random.u32(), low: random.u32() };
    this.#questions.set(textOf(token), { of: next, at: now });
    next.tries++;
    next.due = now + PATIENCE;
    this.#nextAt = now + PACE;
    const bytes = writeControl({
      type: TYPE_SUBSCRIBE,
      wantsHello: true,
      token,
      resource: hex32(random.u32()) + hex32(random.u32()),
      cookie: new Uint8Array(COOKIE_BYTES),
      sequence: 1,
      lease: 0,
      maxDatagram: MIN_DATAGRAM,
      rate: 0,
      extents: [],
    });
    return { address: next.address, bytes };
  }

  /** When `pollTransmit` or `isOver` may have news, ms; Infinity: it is over. */
  pollTimeout(now: number): number {
    const due = this.#asked
      .filter((asked) => isAwaited(asked, now))
      .reduce((soonest, asked) => Math.min(soonest, asked.due), Number.POSITIVE_INFINITY);
    return Math.max(due, this.#nextAt);
  }

  /** True when all have answered or are given up. */
  isOver(now: number): boolean {
    return !this.#asked.some((asked) => isAwaited(asked, now));
  }

  /** Round trips in the order of the addresses, ms; undefined: no answer. */
  get rtts(): (number | undefined)[] {
    return this.#asked.map(({ rtt }) => rtt);
  }
}

function isOpen({ rtt }: Asked): boolean {
  return rtt === undefined;
}

/** It has not answered and is not given up. */
function isAwaited(asked: Asked, now: number): boolean {
  return isOpen(asked) && (asked.tries < TRIES || asked.due > now);
}

function textOf({ high, low }: Token): string {
  return `${high}.${low}`;
}

function hex32(value: number): string {
  return value.toString(16).padStart(8, '0');
}
