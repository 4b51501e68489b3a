/**
 * One subscription on the serving side: what was ordered, how far it has been poured, and when the next
 * datagram is due. Soft state alone: it ends by itself when the heartbeats stop.
 */
import { type Extent, NO_BLOCK, type Subscribe, type Token } from '../wire/datagram.ts';
import type { Placed } from './heap.ts';

/** How far a late timer may be caught up with, ms, and symbols: a receiver's buffer has to hold the burst. */
const CATCH_UP = 4;
const CATCH_UP_SYMBOLS = 1024;
/** How long a subscription is kept that has nothing to pour, ms: it costs nothing, and is asked for seldom. */
const IDLE_FOR = 10_000;
/** Over which `speed` is a mean, ms: what is asked for in the first moments is only a try. */
const SPEED_SPAN = 1000;
/** So many symbols in a datagram are few however slowly it pours. */
const FEW_AT_ONCE = 8;

/** A stretch of droplets to be poured in one datagram. */
export interface Stretch {
  block: number;
  id: number;
  count: number;
}

export class Pouring implements Placed {
  /** Tells subscriptions of one server apart. */
  readonly number: number;
  readonly address: string;
  /** Who shares its turns: the address without its port, or the network that it is in. */
  readonly host: string;
  readonly resource: string;
  readonly token: Token;
  /** Number of the next datagram. */
  sequence = 0;
  /** When the next datagram may leave, ms; never pours when there is nothing ordered. */
  due: number;
  /** Wire bytes poured since it began. */
  bytes = 0;
  maxDatagram = 0;
  /** Last block of the content that source droplets were ordered of. */
  front = NO_BLOCK;
  /** It has come to the end and gone back for what it had left out. */
  wentBack = false;
  /** The last cookie that was found good. */
  cookie: Uint8Array | undefined;
  /** Among those that sleep until they are due. */
  place = -1;
  heardSequence = 0;
  heardAt: number;
  #speed = 0;
  #measuredAt: number;
  #measuredBytes = 0;
  #rate = 0;
  #lease = 0;
  #extents: readonly Extent[] = [];
  /** Index of the extent being poured, and the place in the order up to which all is poured or skipped. */
  #at = 0;
  #poured = 0;

  constructor(now: number, number: number, address: string, host: string, subscribe: Subscribe) {
    this.number = number;
    this.address = address;
    this.host = host;
    this.resource = subscribe.resource;
    this.token = subscribe.token;
    this.due = now;
    this.heardAt = now;
    this.#measuredAt = now;
    this.heardSequence = (subscribe.sequence - 1) >>> 0;
  }

  /** Takes a heartbeat; one that was overtaken by a newer one, or comes again, says nothing. Returns whether it was news. */
  heartbeat(now: number, subscribe: Subscribe, lease: number): boolean {
    const newer = (subscribe.sequence - this.heardSequence) | 0;
    if (newer <= 0) return false;
    const wasIdle = !this.hasWork();
    this.heardSequence = subscribe.sequence;
    this.heardAt = now;
    this.#lease = lease;
    this.#rate = subscribe.rate;
    this.maxDatagram = subscribe.maxDatagram;
    this.#extents = subscribe.extents;
    this.#at = 0;
    this.#skipPoured();
    // A higher rate holds from now on, and idle time earns no burst.
    this.due = Math.min(this.due, now + 1000 / Math.max(1, subscribe.rate));
    if (wasIdle) this.due = Math.max(this.due, now);
    return true;
  }

  /** Wire bytes per ms that it has been poured of late. */
  speed(now: number): number {
    const span = now - this.#measuredAt;
    if (span >= 1) {
      const part = Math.min(1, span / SPEED_SPAN);
      this.#speed += part * ((this.bytes - this.#measuredBytes) / span - this.#speed);
      this.#measuredAt = now;
      this.#measuredBytes = this.bytes;
    }
    return this.#speed;
  }

  /** Symbols that a datagram may hold: where large ones get through, no more than are due in a millisecond. */
  get mostAtOnce(): number {
    return Math.max(FEW_AT_ONCE, Math.floor(this.#rate / 1000));
  }

  get leaseEnds(): number {
    return this.heardAt + this.#lease;
  }

  /** When it is forgotten unless it is heard of again, ms. */
  get keptUntil(): number {
    return this.hasWork() ? this.leaseEnds : this.heardAt + Math.max(this.#lease, IDLE_FOR);
  }

  hasWork(): boolean {
    return this.#at < this.#extents.length && this.#rate > 0;
  }

  /** All that the last heartbeat ordered, poured or not. */
  ordered(): readonly Extent[] {
    return this.#extents;
  }

  /** Blocks that the order still names, from the one being poured on. */
  *upcoming(): Generator<{ block: number; to: number }> {
    for (let i = this.#at; i < this.#extents.length; i++) {
      const extent = this.#extents[i];
      yield { block: extent.block, to: extent.from + extent.count };
    }
  }

  /** The next droplets, at most `most` and of one extent; undefined when everything ordered is poured. */
  next(most: number, into: Stretch): boolean {
    const extent = this.#extents[this.#at];
    if (extent === undefined) return false;
    const skipped = Math.max(0, this.#poured - extent.offset);
    into.block = extent.block;
    into.id = extent.from + skipped;
    into.count = Math.min(most, extent.count - skipped);
    return true;
  }

  /** Records that `count` droplets of the present extent left in a datagram of `bytes`. */
  sent(now: number, count: number, bytes: number): void {
    const extent = this.#extents[this.#at];
    this.#poured = Math.max(this.#poured, extent.offset) + count;
    this.#skipPoured();
    this.sequence = (this.sequence + 1) >>> 0;
    this.bytes += bytes;
    const apart = 1000 / this.#rateAt(now);
    this.due = Math.max(this.due, now - Math.min(CATCH_UP, CATCH_UP_SYMBOLS * apart)) + count * apart;
  }

  /** Leaves out the present extent: it names what the resource does not have. */
  skipExtent(): void {
    const extent = this.#extents[this.#at];
    this.#poured = Math.max(this.#poured, extent.offset + extent.count);
    this.#skipPoured();
  }

  /** The second half of a lease without a heartbeat is poured at a falling rate: decay to silence. */
  #rateAt(now: number): number {
    const silent = (now - this.heardAt) / this.#lease;
    return silent < 0.5 ? this.#rate : this.#rate * Math.max(0.05, 2 - 2 * silent);
  }

  #skipPoured(): void {
    while (this.#at < this.#extents.length) {
      const extent = this.#extents[this.#at];
      if (extent.offset + extent.count > this.#poured) return;
      this.#at++;
    }
  }
}
