/** A serving side by itself: datagrams in at a time of one's choice, and what it sends, counted. */
import { createHmac } from 'node:crypto';
import { parseIp } from '../../core/engine/ip.ts';
import { Server, type ServerConfig, type Spring } from '../../core/protocol/server.ts';
import { readControl, writeControl } from '../../core/wire/control.ts';
import {
  type ControlDatagram,
  MANIFEST_BLOCK,
  type Subscribe,
  type Token,
  TYPE_HELLO,
  TYPE_SUBSCRIBE,
  TYPE_UNSUBSCRIBE,
} from '../../core/wire/datagram.ts';
import { isRain } from '../../core/wire/rain.ts';

export const ID = '0123456789abcdef';
export const NO_COOKIE = new Uint8Array(16);
const SYMBOL = 1152;

/** A resource of a thousand full blocks of zeros. */
const ZEROS: Spring = {
  manifestBytes: 32_080,
  symbolSize: SYMBOL,
  blockSymbols: 1024,
  profile: 1,
  name: new Uint8Array(0),
  realSymbols: (block) => (block === MANIFEST_BLOCK ? 28 : block < 1000 ? 1024 : 0),
  ready: () => true,
  write: (_block, _id, count, into, at) => into.fill(0, at, at + count * SYMBOL),
};

export interface Sent {
  readonly to: string;
  readonly bytes: Uint8Array;
}

export class ServerBench {
  readonly server: Server;
  now = 1_000_000;
  readonly #buffer = new Uint8Array(65_536);

  constructor(limits: Partial<Omit<ServerConfig, 'mac'>> = {}) {
    this.server = new Server(
      {
        mac: (message) => createHmac('sha256', 'secret').update(message).digest(),
        maxSubscriptions: 2048,
        maxPerHost: 256,
        uploadLimit: Number.POSITIVE_INFINITY,
        ...limits,
      },
      (resource) => (resource === ID ? ZEROS : null),
      parseIp,
    );
  }

  /** As it came off the wire. */
  receive(from: string, bytes: Uint8Array): void {
    const datagram = readControl(bytes);
    if (typeof datagram !== 'string') this.server.handle(this.now, from, datagram);
  }

  /** All that leaves up to `until`, ms. */
  runTo(until: number): Sent[] {
    const sent: Sent[] = [];
    for (; this.now <= until; this.now += 1) sent.push(...this.drain());
    return sent;
  }

  drain(): Sent[] {
    const sent: Sent[] = [];
    for (;;) {
      const out = this.server.pollTransmit(this.now, this.#buffer);
      if (out === undefined) return sent;
      sent.push({ to: out.address, bytes: out.bytes.slice() });
    }
  }

  /** Goes through the handshake, asking every millisecond when too many do; returns the cookie. */
  cookieFor(address: string, token: Token): Uint8Array {
    for (const until = this.now + 10; this.now < until; this.now += 1) {
      this.receive(address, subscribe({ token }));
      for (const { to, bytes } of this.drain()) {
        const answer = readControl(bytes);
        if (to === address && typeof answer !== 'string' && answer.type === TYPE_HELLO) return answer.cookie;
      }
    }
    throw new Error('no challenge');
  }

  get clients(): number {
    return [...this.server.clients()].length;
  }
}

export function subscribe(change: Partial<Subscribe> = {}): Uint8Array {
  return writeControl({
    type: TYPE_SUBSCRIBE,
    wantsHello: false,
    token: { high: 1, low: 2 },
    resource: ID,
    cookie: NO_COOKIE,
    sequence: 1,
    lease: 500,
    maxDatagram: 1184,
    rate: 10_000,
    extents: [{ offset: 0, block: 0, from: 0, count: 1000 }],
    ...change,
  });
}

export function unsubscribe(token: Token, cookie: Uint8Array): Uint8Array {
  const farewell: ControlDatagram = { type: TYPE_UNSUBSCRIBE, serves: false, token, resource: ID, cookie };
  return writeControl(farewell);
}

export function poured(sent: readonly Sent[]): number {
  return sent.filter(({ bytes }) => isRain(bytes)).length;
}
