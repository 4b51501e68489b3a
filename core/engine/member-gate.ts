/** Which datagrams of members the node gets to see: anybody can send them, and the node is to stay free for its work. */

/** Datagrams a second, and at once, from an address that this node has sent to lately. */
const KNOWN = { rate: 4000, burst: 1000 };
/** The same from any other address, and from all of those together. */
const STRANGER = { rate: 50, burst: 50 };
const STRANGERS = { rate: 500, burst: 500 };
/** How long an address is known after it was last sent to, ms. */
const KNOWN_FOR = 60_000;
/** Addresses of which a rate is remembered. */
const MAX_SOURCES = 4096;
/** Datagrams that the node has not looked at yet. */
const MAX_PENDING = 1024;

interface Limit {
  readonly rate: number;
  readonly burst: number;
}

/** A token bucket (RFC 2697 in spirit): `burst` at once, refilled at `rate` a second. */
class Bucket {
  #left: number;
  #at: number;

  constructor(now: number, { burst }: Limit) {
    this.#left = burst;
    this.#at = now;
  }

  take(now: number, { rate, burst }: Limit): boolean {
    this.#left = Math.min(burst, this.#left + ((now - this.#at) * rate) / 1000);
    this.#at = now;
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }
}

export class MemberGate {
  /** By address; who was heard last comes last. */
  readonly #buckets = new Map<string, Bucket>();
  /** Until when an address is known. */
  readonly #known = new Map<string, number>();
  #strangers: Bucket | undefined;
  #isOpen = false;
  #pending = 0;

  /** Whether anybody listens. */
  set isOpen(isOpen: boolean) {
    this.#isOpen = isOpen;
  }

  /** Whether a datagram is to be handed on; if so it counts as pending. */
  admit(now: number, from: string): boolean {
    if (!this.#isOpen || this.#pending >= MAX_PENDING) return false;
    const isKnown = (this.#known.get(from) ?? 0) > now;
    if (!this.#bucketOf(now, from, isKnown ? KNOWN : STRANGER).take(now, isKnown ? KNOWN : STRANGER))
      return false;
    if (!isKnown) {
      this.#strangers ??= new Bucket(now, STRANGERS);
      if (!this.#strangers.take(now, STRANGERS)) return false;
    }
    this.#pending++;
    return true;
  }

  /** The node has looked at so many. */
  taken(count: number): void {
    this.#pending -= count;
  }

  /** This node sends something to an address, and so expects to hear from it. */
  sendsTo(now: number, address: string): void {
    remember(this.#known, address, now + KNOWN_FOR);
  }

  #bucketOf(now: number, from: string, limit: Limit): Bucket {
    const bucket = this.#buckets.get(from) ?? new Bucket(now, limit);
    remember(this.#buckets, from, bucket);
    return bucket;
  }
}

/** As the newest; the oldest goes when there are too many. */
function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.keys().next();
  if (map.size > MAX_SOURCES && oldest.done !== true) map.delete(oldest.value);
}
