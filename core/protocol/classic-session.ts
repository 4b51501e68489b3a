/** What a classic client says to one server, and when. */
import { writeClassicRequest } from '../wire/classic.ts';

/**
 * SUBSCRIBE is said again after so long, ms, whether droplets come or not; the client of 2012 only says it again when
 * one comes. A server forgets after 5 s.
 */
const HEARTBEAT = 1000;
const FIRST_HEARTBEAT = 400;
/** UNSUBSCRIBE is said so often, so far apart, ms: where it is lost, 5 s of droplets come for nothing. */
const FAREWELLS = 3;
const FAREWELL_GAP = 400;
/** Droplets of one server that are looked at: ten times what the server of 2012 needs. */
const MAX_DROPLETS = 1024;

export class ClassicSession {
  readonly address: string;
  readonly #resource: string;
  #state: 'asked' | 'leaving' | 'left' = 'asked';
  #droplets = 0;
  #farewells = 0;
  #dueAt: number;

  constructor(now: number, address: string, resource: string) {
    this.address = address;
    this.#resource = resource;
    this.#dueAt = now;
  }

  /** Whether its droplets are wanted. */
  get isAsked(): boolean {
    return this.#state === 'asked';
  }

  /** Whether there is nothing left to say to it. */
  get isOver(): boolean {
    return this.#state === 'left';
  }

  /** When `transmit` has something to say, ms. */
  get dueAt(): number {
    return this.isOver ? Number.POSITIVE_INFINITY : this.#dueAt;
  }

  /** Counts a droplet that came from it; false: it is not to be looked at, and the server is left. */
  countDroplet(now: number): boolean {
    this.#droplets++;
    if (this.#droplets > MAX_DROPLETS) this.leave(now);
    return this.isAsked;
  }

  leave(now: number): void {
    if (this.#state !== 'asked') return;
    this.#state = 'leaving';
    this.#dueAt = now;
  }

  /** The next datagram to it; undefined: nothing before `dueAt`. */
  transmit(now: number): Uint8Array | undefined {
    if (this.dueAt > now) return undefined;
    if (this.#state === 'asked') {
      this.#dueAt = now + (this.#droplets > 0 ? HEARTBEAT : FIRST_HEARTBEAT);
      return writeClassicRequest({ type: 'subscribe', resource: this.#resource });
    }
    this.#dueAt = now + FAREWELL_GAP;
    this.#farewells++;
    if (this.#farewells === FAREWELLS) this.#state = 'left';
    return writeClassicRequest({ type: 'unsubscribe', resource: this.#resource });
  }
}
