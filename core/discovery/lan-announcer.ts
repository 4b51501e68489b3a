import type { Packet } from 'dns-packet';
import { asksFor } from './lan-presence.ts';

/**
 * Times of the unsolicited announcements after the first, in ms: RFC 6762 section 8.3 wants two, one second apart, and
 * allows more at doubling distance; the third is for wireless networks, and for IPv6 addresses that could not
 * yet be used for the first.
 */
const ANNOUNCE_AGAIN_AFTER = [1000, 3000];
/** Nothing is multicast twice on a link within this (RFC 6762 section 6), in ms. */
const LEAST_DISTANCE = 1000;
/** Answers that several nodes may have are delayed at random (RFC 6762 section 6), in ms. */
const ANSWER_DELAY = { least: 20, most: 120 };

/** When a node speaks on one link: at its start, and when it is asked. */
export class LanAnnouncer {
  readonly #nodeId: string;
  readonly #send: () => void;
  #lastSent = Number.NEGATIVE_INFINITY;
  #answer: NodeJS.Timeout | undefined;
  #burst: NodeJS.Timeout[] = [];

  constructor(nodeId: string, send: () => void) {
    this.#nodeId = nodeId;
    this.#send = send;
  }

  /** Says a few times, unasked, that the node is here: it appeared, or what it says has changed. */
  announce(): void {
    this.stop();
    this.#sendAfter(this.#wait(0));
    this.#burst = ANNOUNCE_AGAIN_AFTER.map((after) =>
      setTimeout(() => this.#sendAfter(this.#wait(0)), after),
    );
  }

  hear(query: Packet): void {
    if (!asksFor(query, this.#nodeId)) return;
    const { least, most } = ANSWER_DELAY;
    this.#sendAfter(this.#wait(least + Math.random() * (most - least)));
  }

  stop(): void {
    clearTimeout(this.#answer);
    this.#answer = undefined;
    for (const timer of this.#burst) clearTimeout(timer);
  }

  /** Milliseconds from now: `delay`, or later where the last time is too near. */
  #wait(delay: number): number {
    return Math.max(delay, this.#lastSent + LEAST_DISTANCE - performance.now());
  }

  /** One packet answers everybody who asked meanwhile. */
  #sendAfter(wait: number): void {
    if (this.#answer !== undefined) return;
    this.#answer = setTimeout(() => {
      this.#answer = undefined;
      this.#lastSent = performance.now();
      this.#send();
    }, wait);
  }
}
