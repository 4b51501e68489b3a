/**
 * The fetching side of the classic wire, sans-IO: one resource, from all servers that may have it.
 *
 * A server of 2012 listens at one port and streams from another, so a droplet is taken to be an answer when it comes
 * from a host that was asked, whatever the port.
 */
import type { ClassicDroplet } from '../wire/classic.ts';
import { type Accepts, ClassicBelief } from './classic-belief.ts';
import { ClassicSession } from './classic-session.ts';
import type { Transmission } from './transmission.ts';

/**
 * Silent: nothing of use came for ten seconds. Stuck: what came for a minute, or more of it than is looked at, said
 * nothing new. Contradicted: streams say different things, or one does, and nothing tells which is right.
 */
export type ClassicFailure = 'silent' | 'stuck' | 'contradicted' | 'stopped';

export type ClassicOutcome =
  | {
      readonly kind: 'done';
      readonly bytes: Uint8Array<ArrayBuffer>;
      /** Whether `accepts` vouched for the bytes; otherwise the servers' word is all there is. */
      readonly verified: boolean;
      /** Where streams came from that contradicted themselves, or were not accepted. */
      readonly liars: readonly string[];
    }
  | { readonly kind: 'failed'; readonly why: ClassicFailure; readonly liars: readonly string[] };

/** More are not asked. */
export const MAX_CLASSIC_SERVERS = 8;
const SILENT_AFTER = 10_000;

export class ClassicClient {
  readonly resource: string;
  readonly #sessions: readonly ClassicSession[];
  readonly #hosts: ReadonlySet<string>;
  readonly #isVerifying: boolean;
  readonly #out: Transmission = { address: '', bytes: new Uint8Array(0) };
  /** Undefined when the outcome is known. */
  #belief: ClassicBelief | undefined;
  #heardAt: number;
  #outcome: ClassicOutcome | undefined;

  /**
   * Asks the first {@link MAX_CLASSIC_SERVERS} of `servers`, `ip:port` each. `accepts` tells the right bytes from
   * others; without it they are taken as they come.
   */
  constructor(now: number, resource: string, servers: readonly string[], accepts?: Accepts) {
    const asked = [...new Set(servers)].slice(0, MAX_CLASSIC_SERVERS);
    this.resource = resource;
    this.#sessions = asked.map((address) => new ClassicSession(now, address, resource));
    this.#hosts = new Set(asked.map(hostOf));
    this.#isVerifying = accepts !== undefined;
    this.#belief = new ClassicBelief(now, accepts);
    this.#heardAt = now;
  }

  get outcome(): ClassicOutcome | undefined {
    return this.#outcome;
  }

  /** The outcome is known and every server has been told goodbye. */
  get isOver(): boolean {
    return this.#outcome !== undefined && this.#sessions.every(({ isOver }) => isOver);
  }

  /** Whether a droplet of the resource that comes from there may be an answer. */
  hears(address: string): boolean {
    return this.#hosts.has(hostOf(address));
  }

  handleDroplet(now: number, address: string, droplet: ClassicDroplet): void {
    if (this.hears(address) && this.#belief?.take(now, address, droplet)) this.#heardAt = now;
  }

  /** Gives up; the servers are still told. */
  stop(now: number): void {
    this.#fail(now, 'stopped');
  }

  pollTransmit(now: number): Transmission | undefined {
    this.#judge(now);
    for (const session of this.#sessions) {
      const bytes = session.transmit(now);
      if (bytes === undefined) continue;
      this.#out.address = session.address;
      this.#out.bytes = bytes;
      return this.#out;
    }
    return undefined;
  }

  /** When to call `pollTransmit` again, ms; Infinity: it is over. */
  pollTimeout(): number {
    const due = Math.min(...this.#sessions.map(({ dueAt }) => dueAt));
    return this.#belief === undefined ? due : Math.min(due, this.#belief.dueAt, this.#heardAt + SILENT_AFTER);
  }

  #judge(now: number): void {
    const belief = this.#belief;
    if (belief === undefined) return;
    const verdict = belief.judge(now, this.#sessions.length);
    if (typeof verdict === 'string') this.#fail(now, verdict);
    else if (verdict !== undefined) {
      const { liars } = belief;
      this.#end(now, { kind: 'done', bytes: verdict, verified: this.#isVerifying, liars });
    } else if (now >= this.#heardAt + SILENT_AFTER) {
      this.#fail(now, belief.liars.length > 0 ? 'contradicted' : 'silent');
    }
  }

  #fail(now: number, why: ClassicFailure): void {
    this.#end(now, { kind: 'failed', why, liars: this.#belief?.liars ?? [] });
  }

  #end(now: number, outcome: ClassicOutcome): void {
    if (this.#belief === undefined) return;
    this.#belief = undefined;
    this.#outcome = outcome;
    for (const session of this.#sessions) session.leave(now);
  }
}

function hostOf(address: string): string {
  return address.slice(0, address.lastIndexOf(':'));
}
