/** The servers of a transfer: a session for each, in the order in which they were named. */
import type { PeerAddress } from '../wire/datagram.ts';
import type { ClientConfig } from './basin.ts';
import { Company } from './rivalry.ts';
import { isNamed, Session } from './session.ts';
import { Hearsay, isOneTooMany } from './told.ts';

/** Of those that the person, the link or the list names; and of all others, which cannot take their places. */
const MAX_NAMED = 200;
const MAX_OTHERS = 200;

export class Roster {
  readonly sessions: Session[] = [];
  readonly #config: ClientConfig;
  readonly #company: Company | undefined;
  readonly #hearsay = new Hearsay();
  readonly #byAddress = new Map<string, Session>();

  constructor(config: ClientConfig) {
    this.#config = config;
    this.#company = config.background === true ? undefined : new Company();
  }

  /** Adds a server unless it is known, or there are enough; returns its session when it is new. */
  add(now: number, address: string, found: string): Session | undefined {
    const { sessions } = this;
    const known = this.#byAddress.get(address);
    // Who is named by somebody to be trusted after all has a place of its own from then on.
    if (known?.isNamed === false && isNamed(found)) known.found = found;
    if (known !== undefined || !this.#hasPlace(found)) return undefined;
    const { resource, random } = this.#config;
    const token = { high: random.u32(), low: random.u32() };
    const session = new Session(now, sessions.length, address, found, token, {
      resource,
      maxDatagram: this.#config.maxDatagram(address),
      servers: () => sessions.length,
      company: this.#company,
    });
    sessions.push(session);
    this.#byAddress.set(address, session);
    return session;
  }

  /** A server names peers: those of them that are news, and to be asked. */
  heard(from: Session, peers: readonly PeerAddress[]): PeerAddress[] {
    return this.#hearsay.take(from, peers, this.sessions, this.#config.random);
  }

  #hasPlace(found: string): boolean {
    const named = this.sessions.filter((session) => session.isNamed).length;
    if (isNamed(found)) return named < MAX_NAMED;
    return this.sessions.length - named < MAX_OTHERS && !isOneTooMany(found, this.sessions);
  }
}
