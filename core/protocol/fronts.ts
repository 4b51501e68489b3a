/**
 * Where a resource is being poured: clients that are elsewhere are told, and go on from there, so that a block is read
 * and encoded once for all of them.
 */
import { MANIFEST_BLOCK, NO_BLOCK } from '../wire/datagram.ts';
import type { Pouring } from './pouring.ts';
import type { Spring } from './spring.ts';

/** How long it is not asked again who leads, ms. */
const LEADS_FOR = 100;
/** Resources of which it is known who leads. */
const MOST = 4096;
/** Who is so many blocks before where it was has gone back; what it lost it may order again sooner than that. */
const BACK = 32;
/** Who leads goes on to lead unless somebody is so many times as fast: those who follow should not be sent about. */
const OVERTAKEN = 2;
/** Who has gone back counts as so many times as fast: others have left out the same, and would fetch it one by one. */
const BACK_COUNTS = OVERTAKEN ** 2;

interface Lead {
  pouring: Pouring;
  until: number;
}

export class Fronts {
  readonly #subscriptions: () => Iterable<Pouring>;
  readonly #leads = new Map<string, Lead>();

  constructor(subscriptions: () => Iterable<Pouring>) {
    this.#subscriptions = subscriptions;
  }

  /** Notes which block a client has come to; its order has changed. */
  ordered(pouring: Pouring, spring: Spring): void {
    for (const { block, from } of pouring.ordered()) {
      if (block >= MANIFEST_BLOCK || from >= spring.realSymbols(block)) continue;
      if (pouring.front !== NO_BLOCK && block + BACK < pouring.front) pouring.wentBack = true;
      pouring.front = block;
    }
  }

  /** Block that others are at; NO_BLOCK for the one that leads, and where there is nobody else. */
  of(now: number, asker: Pouring): number {
    const { resource } = asker;
    let lead = this.#leads.get(resource);
    if (lead === undefined || lead.until <= now) lead = this.#look(now, resource, lead);
    return lead === undefined || lead.pouring === asker ? NO_BLOCK : lead.pouring.front;
  }

  #look(now: number, resource: string, before: Lead | undefined): Lead | undefined {
    let fastest: Pouring | undefined;
    let most = 0;
    let present = 0;
    for (const pouring of this.#subscriptions()) {
      if (pouring.resource !== resource || pouring.front === NO_BLOCK || pouring.leaseEnds <= now) continue;
      const speed = pouring.speed(now) * (pouring.wentBack ? BACK_COUNTS : 1);
      if (pouring === before?.pouring) present = speed;
      if (fastest !== undefined && speed <= most) continue;
      fastest = pouring;
      most = speed;
    }
    // Nothing is kept for a resource that nobody is poured.
    if (fastest === undefined) {
      this.#leads.delete(resource);
      return undefined;
    }
    const goesOn = before !== undefined && OVERTAKEN * present > most;
    const lead = { pouring: goesOn ? before.pouring : fastest, until: now + LEADS_FOR };
    if (this.#leads.size >= MOST) this.#leads.clear();
    this.#leads.set(resource, lead);
    return lead;
  }
}
