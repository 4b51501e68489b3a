/**
 * A bulk download by TCP on the virtual network: CUBIC (RFC 9438) with slow start that ends when the delay grows
 * (HyStart++, RFC 9406) or at the first loss. What it carries does not matter, so a lost segment is replaced by a new
 * one; loss is known by three later acknowledgements (RFC 9002, section 6.1.1), or by none at all for a while.
 */
import type { Host, Network } from './network.ts';

/** Segments on the wire have 1500 bytes, the 28 of the network's headers included; so much is counted as carried. */
const SEGMENT = 1472;
export const SEGMENT_ON_WIRE = 1500;
const INITIAL_WINDOW = 10;
/** RFC 9438, section 5: growth, segments per s^3, and what is left of the window after a loss. */
const C = 0.4;
const BETA = 0.7;
const REORDERING = 3;
/** A round whose least round trip exceeds that of the round before by an eighth of it, ms, ends slow start (RFC 9406). */
const MIN_RTT_THRESHOLD = 4;
const MAX_RTT_THRESHOLD = 16;
const SHORTEST_TIMEOUT = 200;

/** Puts a download on the network; `route` of the network has to know both addresses. */
export function startTcp(network: Network, from: string, to: string): TcpSender {
  const sender = new TcpSender(network.now, to);
  network.attach(to, new TcpReceiver());
  network.attach(from, sender);
  return sender;
}

export class TcpSender implements Host {
  /** Segments acknowledged. */
  delivered = 0;
  readonly #to: string;
  readonly #sentAt = new Map<number, number>();
  #next = 0;
  #window = INITIAL_WINDOW;
  #threshold = Number.POSITIVE_INFINITY;
  #rtt = 0;
  #heardAt: number;
  /** Segments below this one belong to a loss that was answered. */
  #recoverUntil = 0;
  /** Window before the last loss, when growth began anew, and the window that Reno would have. */
  #before = 0;
  #grewFrom = 0;
  #start = 0;
  #reno = 0;
  /** The round trips of a round of slow start: until this segment, least of this round and of the one before, ms. */
  #roundEnd = 0;
  #roundRtt = Number.POSITIVE_INFINITY;
  #roundRttBefore = Number.POSITIVE_INFINITY;

  constructor(now: number, to: string) {
    this.#to = to;
    this.#heardAt = now;
  }

  receive(now: number, _from: string, bytes: Uint8Array): void {
    const segment = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
    const sentAt = this.#sentAt.get(segment);
    this.#heardAt = now;
    if (sentAt === undefined) return;
    this.#sentAt.delete(segment);
    this.delivered++;
    const rtt = now - sentAt;
    this.#rtt = this.#rtt === 0 ? rtt : this.#rtt * 0.875 + rtt * 0.125;
    for (const earlier of this.#sentAt.keys()) {
      // Ascending, as they were sent.
      if (earlier >= segment - REORDERING) break;
      this.#sentAt.delete(earlier);
      this.#lost(now, earlier);
    }
    if (this.#window < this.#threshold) this.#slowStart(segment, rtt);
    else if (segment >= this.#recoverUntil) this.#grow(now);
  }

  pump(now: number, send: (to: string, bytes: Uint8Array) => void): number {
    const timeout = Math.max(SHORTEST_TIMEOUT, 3 * this.#rtt);
    if (this.#sentAt.size > 0 && now - this.#heardAt >= timeout) {
      this.#lost(now, this.#next);
      this.#window = 1;
      this.#sentAt.clear();
      this.#heardAt = now;
    }
    while (this.#sentAt.size < Math.floor(this.#window)) {
      const bytes = new Uint8Array(SEGMENT);
      new DataView(bytes.buffer).setUint32(0, this.#next);
      this.#sentAt.set(this.#next++, now);
      send(this.#to, bytes);
    }
    return this.#heardAt + timeout;
  }

  #slowStart(segment: number, rtt: number): void {
    this.#window++;
    this.#roundRtt = Math.min(this.#roundRtt, rtt);
    if (segment < this.#roundEnd) return;
    const slack = Math.min(MAX_RTT_THRESHOLD, Math.max(MIN_RTT_THRESHOLD, this.#roundRttBefore / 8));
    if (this.#roundRtt >= this.#roundRttBefore + slack) this.#threshold = this.#window;
    this.#roundRttBefore = this.#roundRtt;
    this.#roundRtt = Number.POSITIVE_INFINITY;
    this.#roundEnd = this.#next;
  }

  #lost(now: number, segment: number): void {
    if (segment < this.#recoverUntil) return;
    this.#recoverUntil = this.#next;
    // Fast convergence, section 4.7.
    this.#before = this.#window < this.#before ? (this.#window * (1 + BETA)) / 2 : this.#window;
    this.#window = Math.max(2, this.#window * BETA);
    this.#threshold = this.#window;
    this.#start = now;
    this.#grewFrom = this.#window;
    this.#reno = this.#window;
  }

  /** Congestion avoidance: sections 4.2 to 4.5, for one acknowledgement. */
  #grow(now: number): void {
    if (this.#start === 0) {
      // Slow start ended without a loss.
      this.#start = now;
      this.#before = this.#window;
      this.#grewFrom = this.#window;
      this.#reno = this.#window;
    }
    const k = Math.cbrt((this.#before - this.#grewFrom) / C);
    const t = (now + this.#rtt - this.#start) / 1000;
    const target = Math.min(1.5 * this.#window, C * (t - k) ** 3 + this.#before);
    const alpha = this.#reno < this.#before ? (3 * (1 - BETA)) / (1 + BETA) : 1;
    this.#reno += alpha / this.#window;
    if (target > this.#window) this.#window += (target - this.#window) / this.#window;
    this.#window = Math.max(this.#window, this.#reno);
  }
}

/** Acknowledges every segment. */
class TcpReceiver implements Host {
  readonly #acknowledgements: { to: string; bytes: Uint8Array }[] = [];

  receive(_now: number, from: string, bytes: Uint8Array): void {
    this.#acknowledgements.push({ to: from, bytes: bytes.slice(0, 12) });
  }

  pump(_now: number, send: (to: string, bytes: Uint8Array) => void): number {
    for (const { to, bytes } of this.#acknowledgements.splice(0)) send(to, bytes);
    return Number.POSITIVE_INFINITY;
  }
}
