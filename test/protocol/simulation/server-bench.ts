/** A server by itself, whose datagrams are looked at one by one. */
import { createHash } from 'node:crypto';
import { Server, type Spring } from '../../../core/protocol/server.ts';
import { readControl } from '../../../core/wire/control.ts';
import {
  type ControlDatagram,
  type RainHeader,
  type Subscribe,
  TYPE_HELLO,
} from '../../../core/wire/datagram.ts';
import { emptyRainHeader, isRain, readRain } from '../../../core/wire/rain.ts';
import { heartbeatOf } from './heartbeat.ts';

export const RESOURCE = '7e7e7e7e7e7e7e7e';
export const OTHER = '00000000000000bb';
export const ABSENT = '00000000000000aa';
export const LOOKED_UP = '00000000000000cc';
export const CLIENT = '192.0.2.1:4000';
export const NOBODY = new Uint8Array(16);
export const SYMBOL = 1152;
/** Of blocks 0, 1, and so on. */
const REAL_SYMBOLS = [1000, 1000, 6, 3];
export const WHOLE_DATAGRAM = 65_507;

export interface Poured extends RainHeader {
  readonly to: string;
}

/** A server that is told the time, with four small blocks of whatever it has. */
export class ServerBench {
  readonly server: Server;
  now = 6_000_000;
  readonly resources = new Set([RESOURCE, OTHER]);
  readonly ready = new Set([0, 1, 2, 3]);
  /** Blocks that the host was asked for, `+`: for repair droplets. */
  readonly wanted: string[] = [];
  readonly #buffer = new Uint8Array(WHOLE_DATAGRAM);

  constructor(uploadLimit = Number.POSITIVE_INFINITY, maxSubscriptions = 100) {
    this.server = new Server(
      {
        mac: (message) => createHash('sha256').update(message).digest(),
        maxSubscriptions,
        maxPerHost: 50,
        uploadLimit,
      },
      (id) => (id === LOOKED_UP ? undefined : this.resources.has(id) ? this.#spring : null),
      (address) => ({ ip: Uint8Array.of(192, 0, 2, Number(address.split(/[.:]/)[3])), port: 4000 }),
    );
  }

  /** What is answered at once. */
  say(datagram: ControlDatagram, from = CLIENT): ControlDatagram[] {
    this.server.handle(this.now, from, datagram);
    return this.answers();
  }

  answers(): ControlDatagram[] {
    const answers: ControlDatagram[] = [];
    // Before the answers nothing else leaves.
    while (this.server.pollTimeout(this.now) === this.now) {
      const out = this.server.pollTransmit(this.now, this.#buffer);
      if (out === undefined || isRain(out.bytes)) break;
      const datagram = readControl(out.bytes);
      if (typeof datagram !== 'string') answers.push(datagram);
    }
    return answers;
  }

  /** What is poured in some milliseconds, looked at often. */
  pour(ms: number, step = 0.25): Poured[] {
    const poured: Poured[] = [];
    for (const end = this.now + ms; this.now < end; this.now += step) poured.push(...this.pourNow());
    return poured;
  }

  pourNow(): Poured[] {
    const poured: Poured[] = [];
    for (;;) {
      const out = this.server.pollTransmit(this.now, this.#buffer);
      if (out === undefined) return poured;
      const header = emptyRainHeader();
      if (readRain(out.bytes, header) === undefined) poured.push({ ...header, to: out.address });
    }
  }

  cookieOf(from = CLIENT, fields: Partial<Subscribe> = {}): Uint8Array {
    const [challenge] = this.say(heartbeatOf({ sequence: 0, extents: [], ...fields }), from);
    if (challenge?.type !== TYPE_HELLO) throw new Error('no cookie');
    return challenge.cookie;
  }

  /** A heartbeat whose cookie is good, but does not pour yet. */
  order(fields: Partial<Subscribe>, from = CLIENT): void {
    const cookie = this.cookieOf(from, { ...fields, extents: [], wantsHello: false });
    this.server.handle(this.now, from, heartbeatOf({ cookie, ...fields }));
  }

  clients(): string[] {
    return [...this.server.clients()].map(({ address, resource }) => `${resource} ${address}`);
  }

  readonly #spring: Spring = {
    manifestBytes: 100,
    symbolSize: SYMBOL,
    blockSymbols: 1024,
    profile: 1,
    name: new TextEncoder().encode('name'),
    realSymbols: (block) => REAL_SYMBOLS[block] ?? 0,
    ready: (block, repair) => {
      this.wanted.push(`${block}${repair ? '+' : ''}`);
      return this.ready.has(block);
    },
    write: (_block, _id, count, into, at) => into.fill(7, at, at + count * SYMBOL),
  };
}
