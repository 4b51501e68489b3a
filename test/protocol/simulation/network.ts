/** A virtual network in virtual time: datagrams between addresses over links with rate, queue, delay and loss. */
import { type Random, unit } from '../../../core/protocol/random.ts';

export interface LinkProperties {
  /** Bytes per second; Infinity: no limit. */
  readonly rate: number;
  /** One way, ms. */
  readonly delay: number;
  /** Of each datagram by itself, 0..1. */
  readonly loss: number;
  /** Part of the datagrams that is lost in bursts (Gilbert, 1960), 0..1, and how many in a row on average. */
  readonly burstLoss: number;
  readonly burstLength: number;
  /** Drop-tail queue before the rate limit, bytes. */
  readonly queue: number;
  /** Part of the datagrams that come later than sent, and by how much at most, ms. */
  readonly reordered: number;
  readonly reorderedBy: number;
  readonly duplicated: number;
}

export const PERFECT: LinkProperties = {
  rate: Number.POSITIVE_INFINITY,
  delay: 0,
  loss: 0,
  burstLoss: 0,
  burstLength: 20,
  queue: Number.POSITIVE_INFINITY,
  reordered: 0,
  reorderedBy: 0,
  duplicated: 0,
};

/** Longest burst of loss, ms: counted in datagrams alone, one would go on for seconds where few are sent. */
const LONGEST_BURST = 250;
/** No host wakes up sooner than this, ms. */
const SHORTEST_TIMER = 0.05;
/** IP and UDP headers over IPv4, bytes. */
export const PACKET_OVERHEAD = 28;

export class Link {
  properties: LinkProperties;
  carried = 0;
  dropped = 0;
  #freeAt = 0;
  #burstEnds = 0;
  readonly #random: Random;

  constructor(properties: Partial<LinkProperties>, random: Random) {
    this.properties = { ...PERFECT, ...properties };
    this.#random = random;
  }

  /** How long what is sent now waits for the line, ms. */
  queueDelay(now: number): number {
    return Math.max(0, this.#freeAt - now);
  }

  /** The link changes; what waits in its queue takes as long as it takes at the new rate. */
  change(now: number, properties: Partial<LinkProperties>): void {
    const before = this.properties.rate;
    this.properties = { ...this.properties, ...properties };
    const waiting = this.queueDelay(now);
    if (waiting > 0) this.#freeAt = now + (waiting * before) / this.properties.rate;
  }

  /** When a datagram of `bytes` sent at `now` arrives: no time (lost), one, or two (duplicated). */
  send(now: number, bytes: number): number[] {
    const { rate, delay, loss, queue, reordered, reorderedBy, duplicated } = this.properties;
    const size = bytes + PACKET_OVERHEAD;
    const start = Math.max(now, this.#freeAt);
    if (Number.isFinite(rate)) {
      if ((start - now) * (rate / 1000) + size > queue) {
        this.dropped++;
        return [];
      }
      this.#freeAt = start + (size * 1000) / rate;
    }
    if (unit(this.#random) < loss || this.#isInBurst(now)) {
      this.dropped++;
      return [];
    }
    this.carried += size;
    const out = Number.isFinite(rate) ? this.#freeAt : now;
    const late = reordered > 0 && unit(this.#random) < reordered ? unit(this.#random) * reorderedBy : 0;
    const arrivals = [out + delay + late];
    if (duplicated > 0 && unit(this.#random) < duplicated) arrivals.push(out + delay + late + 1);
    return arrivals;
  }

  /** Two states, left at random: in one all arrives, in the other nothing; and what disturbs a path passes. */
  #isInBurst(now: number): boolean {
    const { burstLoss, burstLength } = this.properties;
    if (burstLoss === 0) return false;
    const leaving = 1 / burstLength;
    const entering = (leaving * burstLoss) / (1 - burstLoss);
    const goesOn = this.#burstEnds > now;
    const isLost = unit(this.#random) < (goesOn ? 1 - leaving : entering);
    if (!isLost) this.#burstEnds = 0;
    else if (!goesOn) this.#burstEnds = now + LONGEST_BURST;
    return isLost;
  }
}

/** Something with an address. */
export interface Host {
  receive(now: number, from: string, bytes: Uint8Array): void;
  /** Sends all that is due; returns when it wants to be called again, ms. */
  pump(now: number, send: (to: string, bytes: Uint8Array) => void): number;
}

interface Entry {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

export class Network {
  now = 0;
  /** Timers of hosts fire late by up to this, ms, as real ones do. */
  timerJitter = 0;
  /** Links that a datagram from one address to another passes. */
  route: (from: string, to: string) => readonly Link[] = () => [];
  readonly #hosts = new Map<string, Host>();
  readonly #wakes = new Map<string, number>();
  readonly #heap: Entry[] = [];
  readonly #random: Random;
  #order = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  attach(address: string, host: Host): void {
    this.#hosts.set(address, host);
    this.wake(address);
  }

  detach(address: string): void {
    this.#hosts.delete(address);
  }

  at(time: number, run: () => void): void {
    push(this.#heap, { at: Math.max(time, this.now), order: this.#order++, run });
  }

  /** Runs until `until` says so or virtual time reaches `deadline`; returns whether it said so. */
  run(deadline: number, until: () => boolean): boolean {
    for (let steps = 0; ; steps++) {
      if (steps % 16 === 0 && until()) return true;
      if (this.#heap[0]?.at > deadline) {
        this.now = deadline;
        return until();
      }
      const entry = pop(this.#heap);
      if (entry === undefined) return until();
      this.now = entry.at;
      entry.run();
    }
  }

  /** Lets a host send what is due now. */
  wake(address: string): void {
    this.#schedule(address, this.now);
  }

  #schedule(address: string, at: number): void {
    const planned = this.#wakes.get(address);
    if (planned !== undefined && planned <= at && planned >= this.now) return;
    this.#wakes.set(address, at);
    this.at(at, () => {
      if (this.#wakes.get(address) !== at) return;
      this.#wakes.delete(address);
      this.#pump(address);
    });
  }

  #pump(address: string): void {
    const host = this.#hosts.get(address);
    if (host === undefined) return;
    const next = host.pump(this.now, (to, bytes) => this.#send(address, to, bytes));
    if (!Number.isFinite(next)) return;
    const late = this.timerJitter * unit(this.#random);
    this.#schedule(address, Math.max(next + late, this.now + SHORTEST_TIMER));
  }

  #send(from: string, to: string, bytes: Uint8Array): void {
    const copy = bytes.slice();
    this.#pass(this.route(from, to), 0, from, to, copy);
  }

  #pass(links: readonly Link[], hop: number, from: string, to: string, bytes: Uint8Array): void {
    const link = links[hop];
    if (link === undefined) {
      const host = this.#hosts.get(to);
      host?.receive(this.now, from, bytes);
      this.wake(to);
      return;
    }
    for (const arrival of link.send(this.now, bytes.length)) {
      this.at(arrival, () => this.#pass(links, hop + 1, from, to, bytes));
    }
  }
}

function before(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

function push(heap: Entry[], entry: Entry): void {
  let i = heap.length;
  heap.push(entry);
  while (i > 0) {
    const parent = (i - 1) >> 1;
    if (!before(entry, heap[parent])) break;
    heap[i] = heap[parent];
    i = parent;
  }
  heap[i] = entry;
}

function pop(heap: Entry[]): Entry | undefined {
  const top = heap[0];
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return top;
  let i = 0;
  for (;;) {
    let child = 2 * i + 1;
    if (child >= heap.length) break;
    if (child + 1 < heap.length && before(heap[child + 1], heap[child])) child++;
    if (!before(heap[child], last)) break;
    heap[i] = heap[child];
    i = child;
  }
  heap[i] = last;
  return top;
}
