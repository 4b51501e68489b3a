/** The classic wire of a node: serves, fetches and propagates what somebody beside the node keeps. */

import { AddressList } from '../engine/address-list.ts';
import type { FromClassic } from '../engine/classic-messages.ts';
import { Failure } from '../failure.ts';
import type { ClassicFailure, ClassicOutcome } from '../protocol/classic-client.ts';
import type { ClassicContent, ClassicSilence } from '../protocol/classic-server.ts';
import type { Threads } from './threads.ts';

export type { ClassicContent };

export interface ClassicOptions {
  /** Who may use it: `loopback`, `lan`, IP addresses and networks such as `10.1.0.0/16`. */
  readonly allow: readonly string[];
  /** What is kept under an id of 16 hex digits, or why it is not poured; at most 64 are asked for at once. */
  lookup(id: string): Promise<ClassicContent>;
  /**
   * A listed node asks to fetch and keep this; it listens at `from`, an `ip:port`. Comes as often as others like, so
   * what it leads to has to be bounded.
   */
  propagated(id: string, from: string): void;
}

export interface ClassicFetch {
  /** 16 hex digits. */
  readonly id: string;
  /** `host:port`; eight are asked. */
  readonly servers: readonly string[];
  /** BLAKE3 of the bytes, where it is known. */
  readonly digest?: Uint8Array;
}

export interface ClassicFetched {
  readonly bytes: Uint8Array;
  /** Whether a digest vouches for the bytes; otherwise the servers' word is all there is. */
  readonly verified: boolean;
}

export interface ClassicHost {
  threads(): Threads;
  /** `ip:port` for each `host:port`; what cannot be resolved is left out. */
  resolve(addresses: readonly string[]): Promise<readonly string[]>;
  warn(message: string): void;
}

/** Each may take 50 MB of the network thread where servers do not agree; the others wait. */
const MOST_AT_ONCE = 4;
const MOST_WAITING = 1024;

interface Waiting {
  readonly id: string;
  begin(): void;
}

export class Classic {
  readonly #host: ClassicHost;
  #options: ClassicOptions | undefined;
  readonly #running = new Set<string>();
  readonly #waiting: Waiting[] = [];

  constructor(host: ClassicHost) {
    this.#host = host;
  }

  /** Hears and serves from now on; with undefined no longer. Throws Failure `bad-address` for an entry of `allow`. */
  set(options: ClassicOptions | undefined): void {
    if (options === undefined) {
      if (this.#options !== undefined)
        this.#host.threads().tell({ type: 'classic', message: { type: 'close' } });
    } else {
      // It is made again where it is used; here it says what is wrong with it.
      new AddressList(options.allow);
      const { allow } = options;
      this.#host.threads().tell({ type: 'classic', message: { type: 'open', allow } });
    }
    this.#options = options;
  }

  /**
   * Fetches up to 4 MB from servers of 2012. Rejects with Failure: no-servers, verification-failed, interrupted, usage.
   */
  async fetch(request: ClassicFetch): Promise<ClassicFetched> {
    if (this.#options === undefined) throw new Failure('usage', 'The classic wire is not switched on.');
    await this.#turn(request.id);
    try {
      return fetchedFrom(request.id, await this.#ask(request));
    } finally {
      this.#running.delete(request.id);
      this.#next();
    }
  }

  /** Tells nodes of 2012 at `to`, each `host:port`, to fetch this from here and to keep it. */
  async propagate(id: string, to: readonly string[]): Promise<void> {
    const addresses = await this.#host.resolve(to);
    const message = { type: 'propagate', resource: id, to: addresses } as const;
    if (this.#options !== undefined) this.#host.threads().tell({ type: 'classic', message });
  }

  handle(message: FromClassic): void {
    switch (message.type) {
      case 'lookup':
        void this.#lookUp(message.resource);
        return;
      case 'propagated':
        this.#options?.propagated(message.resource, message.from);
        return;
      case 'silence':
        this.#host.warn(
          `${message.address} asked for ${message.resource} on the classic wire: ${WORDS[message.why]}`,
        );
        return;
    }
  }

  async #lookUp(resource: string): Promise<void> {
    const options = this.#options;
    if (options === undefined) return;
    const content = await options.lookup(resource).catch((error: unknown): ClassicContent => {
      this.#host.warn(`${resource} could not be read for the classic wire: ${String(error)}`);
      return 'absent';
    });
    if (this.#options !== options) return;
    this.#host.threads().tell({ type: 'classic', message: { type: 'content', resource, content } });
  }

  async #ask({ id, servers, digest }: ClassicFetch): Promise<ClassicOutcome> {
    const resolved = await this.#host.resolve(servers);
    if (resolved.length === 0) throw new Failure('no-servers', `There is no server to fetch ${id} from.`);
    const outcome = await this.#host.threads().ask((call) => ({
      type: 'classic',
      message: { type: 'fetch', call, resource: id, servers: resolved, digest },
    }));
    return outcome as ClassicOutcome;
  }

  /** Resolves when it is this one's turn: few at once, and one of each id. */
  #turn(id: string): Promise<void> {
    if (this.#waiting.length === MOST_WAITING) {
      const message = `${MOST_WAITING} entries wait to be fetched on the classic wire.`;
      return Promise.reject(new Failure('no-servers', message, 'Try again later.'));
    }
    return new Promise((begin) => {
      this.#waiting.push({ id, begin });
      this.#next();
    });
  }

  #next(): void {
    while (this.#running.size < MOST_AT_ONCE) {
      const place = this.#waiting.findIndex(({ id }) => !this.#running.has(id));
      if (place < 0) return;
      const [{ id, begin }] = this.#waiting.splice(place, 1);
      this.#running.add(id);
      begin();
    }
  }
}

const WORDS: Record<ClassicSilence, string> = {
  unlisted: 'it is not listed.',
  absent: 'it is not here.',
  'too-large': 'it is larger than that wire carries.',
  private: 'it is private.',
  busy: 'there is no room for another client.',
};

const FAILURES: Record<ClassicFailure, (id: string) => Failure> = {
  silent: (id) => new Failure('no-servers', `No server of 2012 answered for ${id}.`),
  stuck: (id) => new Failure('no-servers', `Servers of 2012 sent too little of ${id}.`),
  contradicted: (id) => new Failure('verification-failed', `Servers of 2012 say different things of ${id}.`),
  stopped: (id) => new Failure('interrupted', `The fetch of ${id} was stopped.`),
};

/** Throws Failure. */
function fetchedFrom(id: string, outcome: ClassicOutcome): ClassicFetched {
  if (outcome.kind === 'failed') throw FAILURES[outcome.why](id);
  return { bytes: outcome.bytes, verified: outcome.verified };
}
