/**
 * What one server has been asked to pour, stretch behind stretch, and how far it has come. Every droplet has a
 * place: the number of droplets ordered from that server before it.
 */
import { type Extent, MAX_EXTENTS } from '../wire/datagram.ts';

/** A stretch of ids of one block; `offset` is the place of the first. */
export interface Order {
  readonly block: number;
  readonly from: number;
  readonly offset: number;
  count: number;
}

/** Longest wait for a reordered datagram, ms. */
const MAX_REORDERING = 120;
/** Places have 32 bits on the wire: no orders beyond this one. */
const LAST_PLACE = 0xf000_0000;
/** Stretches are closed this far below what fits into a heartbeat. */
const SPARE_EXTENTS = 2;

export class Orders {
  #list: Order[] = [];
  #end = 0;
  #poured = 0;
  #settled = 0;
  /** Droplets that were ordered and cancelled, and may have been on their way. */
  #owed = 0;
  #reordering = 0;
  readonly #marks: { at: number; poured: number }[] = [];

  /** Ascending by place; what has been settled is left out. */
  get list(): readonly Order[] {
    return this.#list;
  }

  get empty(): boolean {
    return this.#list.length === 0;
  }

  get full(): boolean {
    return this.#list.length >= MAX_EXTENTS - SPARE_EXTENTS || this.#end >= LAST_PLACE;
  }

  /** The place up to which the server has poured, by the newest datagram. */
  get poured(): number {
    return this.#poured;
  }

  /** Droplets ordered that the server has not come to yet. */
  get outstanding(): number {
    let sum = 0;
    for (const order of this.#list) sum += this.ahead(order);
    return sum;
  }

  /** Droplets of an order that the server has not come to yet. */
  ahead(order: Order): number {
    return order.count - clamp(this.#poured - order.offset, order.count);
  }

  /** Ids of an order that the server has just poured, so that what is missing may still be late: [from, to). */
  recent(order: Order): { from: number; to: number } | undefined {
    const poured = clamp(this.#poured - order.offset, order.count);
    const settled = clamp(this.#settled - order.offset, poured);
    return poured === settled ? undefined : { from: order.from + settled, to: order.from + poured };
  }

  /** Ids of an order that are not known to have come or to be lost: [from, to). */
  unsettled({ from, offset, count }: Order): { from: number; to: number } {
    return { from: from + clamp(this.#settled - offset, count), to: from + count };
  }

  add(block: number, from: number, count: number): void {
    const last = this.#list.at(-1);
    const grows = last !== undefined && last.offset + last.count === this.#end;
    if (grows && last.block === block && last.from + last.count === from) last.count += count;
    else this.#list.push({ block, from, offset: this.#end, count });
    this.#end += count;
  }

  /** Cuts the only order of a block to ids below `end`, since others do not exist; returns how many are left. */
  shorten(block: number, end: number): number {
    const order = this.#list.find((each) => each.block === block);
    if (order === undefined) return 0;
    const count = Math.min(order.count, Math.max(0, end - order.from));
    // What is poured of them all the same was ordered.
    this.#owed += order.count - count;
    order.count = count;
    if (order.count === 0) this.cancel(block);
    return order.count;
  }

  cancel(block: number): void {
    if (this.#list.some((order) => order.block === block)) {
      for (const order of this.#list) if (order.block === block) this.#owe(order);
      this.#list = this.#list.filter((order) => order.block !== block);
    }
  }

  cancelAll(): void {
    for (const order of this.#list) this.#owe(order);
    this.#list = [];
  }

  /**
   * Takes note of droplets that arrived; `inOrder`: no later datagram came before. Returns how many places that is
   * farther than the server had come; undefined when they are not ordered any more.
   */
  arrived(now: number, block: number, id: number, count: number, inOrder: boolean): number | undefined {
    const place = this.#placeOf(block, id);
    if (place === undefined) return undefined;
    const end = place + count;
    if (!inOrder) {
      this.#overtaken(now, end);
      return 0;
    }
    const advance = end - this.#poured;
    if (advance <= 0) return 0;
    this.#poured = end;
    const last = this.#marks.at(-1);
    if (last === undefined || now - last.at >= 1) this.#marks.push({ at: now, poured: end });
    else last.poured = end;
    return advance;
  }

  /** Of `most` droplets that were ordered once and are not wanted any more, how many are still to come; they have, then. */
  takeOwed(most: number): number {
    const taken = Math.min(most, this.#owed);
    this.#owed -= taken;
    return taken;
  }

  /** What was poured long enough ago to be lost if it is not here is settled. */
  settle(now: number): void {
    let settled = 0;
    while (settled < this.#marks.length && this.#marks[settled].at <= now - this.#reordering) settled++;
    if (settled === 0) return;
    this.#settled = this.#marks[settled - 1].poured;
    this.#marks.splice(0, settled);
    let done = 0;
    while (done < this.#list.length && this.#list[done].offset + this.#list[done].count <= this.#settled)
      done++;
    if (done > 0) this.#list.splice(0, done);
  }

  /** What the next heartbeat asks for. */
  extents(): Extent[] {
    const extents: Extent[] = [];
    for (const order of this.#list) {
      const left = this.ahead(order);
      if (left === 0) continue;
      const done = order.count - left;
      extents.push({
        offset: order.offset + done,
        block: order.block,
        from: order.from + done,
        count: left,
      });
    }
    return extents;
  }

  #owe(order: Order): void {
    const { from, to } = this.unsettled(order);
    this.#owed += to - from;
  }

  #overtaken(now: number, end: number): void {
    let lateness = this.#reordering * 1.5 + 1;
    for (const mark of this.#marks) {
      if (mark.poured < end) continue;
      lateness = now - mark.at;
      break;
    }
    this.#reordering = Math.min(MAX_REORDERING, Math.max(this.#reordering, lateness * 1.25));
  }

  /** The first place of an id that the server had not come to, as what was lost is ordered again; or the last. */
  #placeOf(block: number, id: number): number | undefined {
    let place: number | undefined;
    // By index: this runs for every datagram.
    for (let i = 0; i < this.#list.length; i++) {
      const order = this.#list[i];
      if (order.block !== block || id < order.from || id >= order.from + order.count) continue;
      place = order.offset + (id - order.from);
      if (place >= this.#poured) return place;
    }
    return place;
  }
}

function clamp(value: number, most: number): number {
  return Math.min(most, Math.max(0, value));
}
