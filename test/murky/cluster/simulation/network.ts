/** A virtual network for member datagrams: loss, duplicates, delays that reorder, and groups that are cut off. */
import { type Random, unit } from '../../../../core/protocol/random.ts';
import type { Timeline } from './timeline.ts';

export interface NetworkProperties {
  /** Part of the datagrams, 0..1. */
  readonly loss: number;
  readonly duplicated: number;
  /** One way, ms: each takes from `delay` to `delay` + `jitter`. */
  readonly delay: number;
  readonly jitter: number;
}

export const GOOD: NetworkProperties = { loss: 0, duplicated: 0, delay: 1, jitter: 1 };

export type Deliver = (from: string, bytes: Uint8Array) => void;

/** A datagram as somebody on the path sees it. */
export interface Seen {
  readonly from: string;
  readonly to: string;
  readonly bytes: Uint8Array;
}

export class Network {
  readonly timeline: Timeline;
  readonly #random: Random;
  readonly #properties: NetworkProperties;
  readonly #hosts = new Map<string, Deliver>();
  /** The group of each host; hosts of different groups do not hear each other. */
  readonly #groups = new Map<string, number>();
  /** Called for every datagram that is sent. */
  watch: (seen: Seen) => void = () => {};
  datagrams = 0;
  bytes = 0;
  largest = 0;

  constructor(timeline: Timeline, random: Random, properties: NetworkProperties) {
    this.timeline = timeline;
    this.#random = random;
    this.#properties = properties;
  }

  attach(address: string, deliver: Deliver): void {
    this.#hosts.set(address, deliver);
  }

  detach(address: string): void {
    this.#hosts.delete(address);
  }

  cut(address: string, group: number): void {
    this.#groups.set(address, group);
  }

  heal(): void {
    this.#groups.clear();
  }

  reaches(a: string, b: string): boolean {
    return this.#hosts.has(a) && this.#hosts.has(b) && this.#groupOf(a) === this.#groupOf(b);
  }

  send(from: string, to: string, bytes: Uint8Array): void {
    this.datagrams++;
    this.bytes += bytes.length;
    this.largest = Math.max(this.largest, bytes.length);
    this.watch({ from, to, bytes });
    const { loss, duplicated } = this.#properties;
    if (unit(this.#random) < loss) return;
    this.carry(from, to, bytes);
    if (unit(this.#random) < duplicated) this.carry(from, to, bytes);
  }

  /** Brings a datagram to its end, whoever wrote it; `from` may be a lie. */
  carry(from: string, to: string, bytes: Uint8Array): void {
    const { delay, jitter } = this.#properties;
    this.timeline.after(delay + jitter * unit(this.#random), () => {
      if (this.#groupOf(from) === this.#groupOf(to)) this.#hosts.get(to)?.(from, new Uint8Array(bytes));
    });
  }

  #groupOf(address: string): number {
    return this.#groups.get(address) ?? 0;
  }
}
