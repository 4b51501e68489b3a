/** Drives a Cluster: its timer, its clock, the datagrams it sends, and the events that it has for the node. */
import type { Cluster, ClusterEvent, Moment } from './cluster/cluster.ts';

/** What carries datagrams between members. */
export interface MemberChannel {
  /** `address`: literal `ip:port`. */
  send(address: string, bytes: Uint8Array): void;
}

export interface ClusterHostParts {
  readonly cluster: Cluster;
  readonly channel: MemberChannel;
  readonly heard: (event: ClusterEvent) => void;
  /** What nobody called for has failed: the disk, as a rule. */
  readonly problem: (error: unknown) => void;
}

/** Longest that a timer of Node.js takes, ms. */
const MOST_MS = 2 ** 31 - 1;

/** Now, by the clock that never goes back and by that on the wall. */
export function moment(): Moment {
  return { now: performance.now(), wall: Date.now() };
}

export class ClusterHost {
  readonly #parts: ClusterHostParts;
  #timer: NodeJS.Timeout | undefined;
  #isPumping = false;
  #closed = false;

  constructor(parts: ClusterHostParts) {
    this.#parts = parts;
    this.pump();
  }

  receive(address: string, bytes: Uint8Array): void {
    if (!this.#closed) this.#alone((cluster, at) => cluster.handle(at, address, bytes));
  }

  /** Calls the cluster, then lets it send and say what that has brought about. */
  run<T>(call: (cluster: Cluster, at: Moment) => T): T {
    const result = call(this.#parts.cluster, moment());
    this.pump();
    return result;
  }

  /** To be called after every call of the cluster. */
  pump(): void {
    // What hears an event may call the cluster, and what that brings about is taken up below.
    if (this.#isPumping || this.#closed) return;
    this.#isPumping = true;
    try {
      this.#drain();
    } finally {
      this.#isPumping = false;
    }
    clearTimeout(this.#timer);
    const at = moment();
    const wait = Math.min(MOST_MS, Math.max(0, this.#parts.cluster.pollTimeout(at) - at.now));
    this.#timer = setTimeout(() => this.#timeout(), Math.ceil(wait));
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #timeout(): void {
    this.#alone((cluster, at) => cluster.handleTimeout(at));
  }

  #alone(call: (cluster: Cluster, at: Moment) => void): void {
    try {
      call(this.#parts.cluster, moment());
    } catch (error) {
      this.#parts.problem(error);
    }
    this.pump();
  }

  #drain(): void {
    const { cluster, channel, heard } = this.#parts;
    for (let moved = true; moved; ) {
      moved = false;
      for (let next = cluster.pollTransmit(moment()); next; next = cluster.pollTransmit(moment())) {
        channel.send(next.address, next.bytes);
        moved = true;
      }
      for (let event = cluster.pollEvent(moment()); event; event = cluster.pollEvent(moment())) {
        heard(event);
        moved = true;
      }
    }
  }
}
