/**
 * The fetching side of the classic wire, sans-IO: one resource, from all servers that may have it. Nothing on that
 * wire can be verified. What contradicts itself is noticed, and then each server is believed by itself alone.
 */
import type { ClassicDroplet } from '../wire/classic.ts';
import { ClassicDecoder } from './classic-decoder.ts';
import { ClassicSession } from './classic-session.ts';
import type { Transmission } from './spring.ts';

/**
 * Silent: nothing came for ten seconds. Stuck: what came for a minute, or more of it than is looked at, said nothing
 * new. Contradicted: servers say different things, or one does, and nothing tells which is right.
 */
export type ClassicFailure = 'silent' | 'stuck' | 'contradicted' | 'stopped';

export type ClassicOutcome =
  | {
      readonly kind: 'done';
      readonly bytes: Uint8Array<ArrayBuffer>;
      /** Whether `accepts` vouched for the bytes; otherwise the servers' word is all there is. */
      readonly verified: boolean;
      /** Servers that contradicted themselves, or sent what was not accepted. */
      readonly liars: readonly string[];
    }
  | { readonly kind: 'failed'; readonly why: ClassicFailure; readonly liars: readonly string[] };

/** More are not asked: each may hold 4.2 MB when servers do not agree. */
export const MAX_CLASSIC_SERVERS = 8;
const SILENT_AFTER = 10_000;
const STUCK_AFTER = 60_000;
/** Redundant droplets that have to agree with what was decoded, unless too few come for so long, ms. */
const CHECKS = 2;
const CHECK_WAIT = 250;
/** How long the other servers are waited for when they are believed one by one, and one has poured all, ms. */
const OTHERS_WAIT = 5000;
/** A server that contradicts itself starts again so often: a resource may be overwritten while it is poured. */
const CHANCES = 2;

/** A server, and what it said by itself once servers are believed one by one. */
interface Source {
  readonly session: ClassicSession;
  decoder: ClassicDecoder | undefined;
  content: Uint8Array<ArrayBuffer> | undefined;
  contradictions: number;
}

export class ClassicClient {
  readonly resource: string;
  readonly #sources = new Map<string, Source>();
  readonly #accepts: ((bytes: Uint8Array) => boolean) | undefined;
  readonly #liars = new Set<string>();
  readonly #out: Transmission = { address: '', bytes: new Uint8Array(0) };
  /** What all servers pour into; undefined before the first droplet, and when they are believed one by one. */
  #together: ClassicDecoder | undefined;
  #isApart = false;
  #heardAt: number;
  #progressAt: number;
  /** When the fetch ends with what is there, ms. */
  #settleAt = Number.POSITIVE_INFINITY;
  #outcome: ClassicOutcome | undefined;

  /**
   * Asks the first {@link MAX_CLASSIC_SERVERS} of `servers`, `ip:port` each. `accepts` tells the right bytes from
   * others; without it they are taken as they come.
   */
  constructor(
    now: number,
    resource: string,
    servers: readonly string[],
    accepts?: (bytes: Uint8Array) => boolean,
  ) {
    this.resource = resource;
    this.#accepts = accepts;
    this.#heardAt = now;
    this.#progressAt = now;
    for (const address of [...new Set(servers)].slice(0, MAX_CLASSIC_SERVERS)) {
      const session = new ClassicSession(now, address, resource);
      this.#sources.set(address, { session, decoder: undefined, content: undefined, contradictions: 0 });
    }
  }

  get outcome(): ClassicOutcome | undefined {
    return this.#outcome;
  }

  /** The outcome is known and every server has been told goodbye. */
  get isOver(): boolean {
    return this.#outcome !== undefined && this.#all().every(({ session }) => session.isOver);
  }

  /** Whether droplets from this address are looked at. */
  hears(address: string): boolean {
    return this.#sources.get(address)?.session.isAsked === true;
  }

  handleDroplet(now: number, address: string, droplet: ClassicDroplet): void {
    const source = this.#sources.get(address);
    if (source === undefined || !source.session.countDroplet(now)) return;
    this.#heardAt = now;
    if (this.#isApart) this.#takeApart(now, source, droplet);
    else this.#takeTogether(now, droplet);
  }

  /** Gives up; the servers are still told. */
  stop(now: number): void {
    if (this.#outcome === undefined) this.#fail(now, 'stopped');
  }

  pollTransmit(now: number): Transmission | undefined {
    this.#judge(now);
    for (const { session } of this.#sources.values()) {
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
    const due = Math.min(...this.#all().map(({ session }) => session.dueAt));
    if (this.#outcome !== undefined) return due;
    return Math.min(due, this.#settleAt, this.#heardAt + SILENT_AFTER, this.#progressAt + STUCK_AFTER);
  }

  #takeTogether(now: number, droplet: ClassicDroplet): void {
    this.#together ??= new ClassicDecoder(droplet.dataLength);
    const decoder = this.#together;
    if (!this.#pourInto(now, decoder, droplet)) this.#believeOneByOne(now);
    else if (this.#isChecked(decoder)) this.#settleTogether(now, decoder);
    else if (decoder.isComplete) this.#settleBy(now + CHECK_WAIT);
  }

  #settleTogether(now: number, decoder: ClassicDecoder): void {
    const bytes = decoder.content();
    if (bytes !== undefined && this.#accepts?.(bytes) !== false) this.#finish(now, bytes);
    else this.#believeOneByOne(now);
  }

  /** Some droplet was wrong, and any server may have sent it: all starts again. */
  #believeOneByOne(now: number): void {
    this.#isApart = true;
    this.#together = undefined;
    this.#settleAt = Number.POSITIVE_INFINITY;
    this.#progressAt = now;
  }

  #takeApart(now: number, source: Source, droplet: ClassicDroplet): void {
    source.decoder ??= new ClassicDecoder(droplet.dataLength);
    const { decoder } = source;
    if (!this.#pourInto(now, decoder, droplet)) this.#contradicted(now, source);
    else if (this.#isChecked(decoder)) this.#settleApart(now, source, decoder);
    else if (decoder.isComplete) this.#settleBy(now + OTHERS_WAIT);
  }

  #settleApart(now: number, source: Source, decoder: ClassicDecoder): void {
    const bytes = decoder.content();
    if (bytes === undefined) this.#contradicted(now, source);
    else if (this.#accepts === undefined) {
      source.decoder = undefined;
      source.content = bytes;
      source.session.leave(now);
      this.#settleBy(now + OTHERS_WAIT);
    } else if (this.#accepts(bytes)) this.#finish(now, bytes);
    else this.#convict(now, source);
  }

  #contradicted(now: number, source: Source): void {
    source.decoder = undefined;
    source.contradictions++;
    if (source.contradictions > CHANCES) this.#convict(now, source);
  }

  #convict(now: number, source: Source): void {
    source.decoder = undefined;
    this.#liars.add(source.session.address);
    source.session.leave(now);
  }

  /** False: the droplet contradicts what the decoder has. */
  #pourInto(now: number, decoder: ClassicDecoder, { mask, dataLength, payload }: ClassicDroplet): boolean {
    if (decoder.dataLength !== dataLength) return false;
    const intake = decoder.add(mask, payload);
    if (intake === 'new') this.#progressAt = now;
    return intake !== 'contradiction';
  }

  #isChecked(decoder: ClassicDecoder): boolean {
    return decoder.isComplete && (this.#accepts !== undefined || decoder.redundant >= CHECKS);
  }

  #settleBy(at: number): void {
    this.#settleAt = Math.min(this.#settleAt, at);
  }

  /** Ends what time, or the last word of a server, has ended. */
  #judge(now: number): void {
    if (this.#outcome !== undefined) return;
    const isSettled = now >= this.#settleAt;
    if (this.#together !== undefined && isSettled) this.#settleTogether(now, this.#together);
    else if (isSettled) this.#compare(now);
    else if (this.#all().every(({ session }) => !session.isAsked)) {
      if (this.#isApart) this.#compare(now);
      else this.#fail(now, 'stuck');
    } else if (now >= this.#heardAt + SILENT_AFTER) this.#fail(now, 'silent');
    else if (now >= this.#progressAt + STUCK_AFTER) this.#fail(now, 'stuck');
  }

  /** All that servers have poured completely, each by itself, has to be the same. */
  #compare(now: number): void {
    const [first, ...others] = this.#all().flatMap(({ content, decoder }) => {
      const bytes = content ?? (decoder?.isComplete ? decoder.content() : undefined);
      return bytes === undefined ? [] : [bytes];
    });
    if (first !== undefined && others.every((other) => isSame(first, other))) this.#finish(now, first);
    else this.#fail(now, 'contradicted');
  }

  #finish(now: number, bytes: Uint8Array<ArrayBuffer>): void {
    const verified = this.#accepts !== undefined;
    this.#end(now, { kind: 'done', bytes, verified, liars: [...this.#liars] });
  }

  #fail(now: number, why: ClassicFailure): void {
    this.#end(now, { kind: 'failed', why, liars: [...this.#liars] });
  }

  #end(now: number, outcome: ClassicOutcome): void {
    this.#outcome = outcome;
    this.#together = undefined;
    for (const source of this.#sources.values()) {
      source.decoder = undefined;
      source.content = undefined;
      source.session.leave(now);
    }
  }

  #all(): Source[] {
    return [...this.#sources.values()];
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
