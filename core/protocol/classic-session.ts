/** What a classic client says to one server, and when. */
import { writeClassicRequest } from '../wire/classic.ts';

/**
 * SUBSCRIBE is said again after so long, ms, whether droplets come or not; the client of 2012 only says it again when
 * one comes. A server forgets after 5 s.
 */
const HEARTBEAT = 500;
/** UNSUBSCRIBE is said so often, so far apart, ms: where it is lost, 5 s of droplets come for nothing. */
const FAREWELLS = 3;
const FAREWELL_GAP = 400;

export class ClassicSession {
  readonly address: string;
  readonly #resource: string;
  #farewellsLeft: number | undefined;
  #dueAt: number;

  constructor(now: number, address: string, resource: string) {
    this.address = address;
    this.#resource = resource;
    this.#dueAt = now;
  }

  /** Whether there is nothing left to say. */
  get isOver(): boolean {
    return this.#farewellsLeft === 0;
  }

  /** When `transmit` has something to say, ms. */
  get dueAt(): number {
    return this.isOver ? Number.POSITIVE_INFINITY : this.#dueAt;
  }

  leave(now: number): void {
    this.#farewellsLeft = FAREWELLS;
    this.#dueAt = now;
  }

  /** The next datagram to the server; undefined: nothing before `dueAt`. */
  transmit(now: number): Uint8Array | undefined {
    if (this.dueAt > now) return undefined;
    if (this.#farewellsLeft === undefined) {
      this.#dueAt = now + HEARTBEAT;
      return writeClassicRequest({ type: 'subscribe', resource: this.#resource });
    }
    this.#farewellsLeft--;
    this.#dueAt = now + FAREWELL_GAP;
    return writeClassicRequest({ type: 'unsubscribe', resource: this.#resource });
  }
}
