/** The servers of a transfer: a session for each, in the order in which they were named. */
import type { PeerAddress } from '../wire/datagram.ts';
import type { ClientConfig } from './basin.ts';
import { Company } from './rivalry.ts';
import { Session } from './session.ts';
import { Hearsay, isOneTooMany } from './told.ts';

const MAX_SERVERS = 200;

export class Roster {
  readonly sessions: Session[] = [];
  readonly #config: ClientConfig;
  readonly #company: Company | undefined;
  readonly #hearsay = new Hearsay();
  readonly #addresses = new Set<string>();

  constructor(config: ClientConfig) {
    this.#config = config;
    this.#company = config.background === true ? undefined : new Company();
  }

  /** Adds a server unless it is known, or there are enough; returns its session when it is new. */
  add(now: number, address: string, found: string): Session | undefined {
    const { sessions } = this;
    if (this.#addresses.has(address) || sessions.length >= MAX_SERVERS) return undefined;
    if (isOneTooMany(found, sessions)) return undefined;
    const { resource, random } = this.#config;
    const token = { high: random.u32(), low: random.u32() };
    const session = new Session(now, sessions.length, address, found, token, {
      resource,
      maxDatagram: this.#config.maxDatagram(address),
      servers: () => sessions.length,
      company: this.#company,
    });
    sessions.push(session);
    this.#addresses.add(address);
    return session;
  }

  /** A server names peers: those of them that are news, and to be asked. */
  heard(from: Session, peers: readonly PeerAddress[]): PeerAddress[] {
    return this.#hearsay.take(from, peers, this.sessions, this.#config.random);
  }
}
