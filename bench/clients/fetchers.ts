/**
 * Clients of the benchmark, many in one process: the real state machine, each over a socket of its own. They count
 * droplets instead of decoding and writing them: with 64 processes of `rain get` two cores would spend their time on
 * starting Node 64 times and on writing 16 GiB, and it is the server that is looked at.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { blockCount, realSymbols } from '../../core/content/layout.ts';
import { Alarm } from '../../core/engine/alarm.ts';
import { cryptographic } from '../../core/engine/cryptographic.ts';
import type { Basin } from '../../core/protocol/basin.ts';
import { Client } from '../../core/protocol/client.ts';
import type { Session } from '../../core/protocol/session.ts';
import { readControl } from '../../core/wire/control.ts';
import { MAX_SYMBOL_SIZE, RAIN_HEADER, TYPE_HELLO, TYPE_SORRY } from '../../core/wire/datagram.ts';
import { emptyRainHeader, isRain, readRain } from '../../core/wire/rain.ts';

export interface Order {
  readonly clients: number;
  /** ms between the start of one and of the next. */
  readonly apart: number;
  /** Symbols a second that each asks for at most; undefined: as fast as it goes. */
  readonly ceiling?: number;
  readonly resource: string;
  readonly port: number;
  /** Length of the resource, bytes. */
  readonly length: number;
}

const HOST = '127.0.0.1';
/** As many blocks, and symbols in a datagram over the loopback, as a node has. */
const WINDOW = 28;
const SYMBOLS = 8;
const SOCKET_BYTES = 4 * 2 ** 20;

class Fetcher {
  readonly #client: Client;
  readonly #session: Session;
  readonly #socket: Socket;
  readonly #order: Order;
  readonly #done: () => void;
  readonly #header = emptyRainHeader();
  /** Blocks that hold enough to be decoded. */
  readonly #full: number[] = [];
  readonly #alarm = new Alarm(
    () => performance.now(),
    () => this.#pump(),
  );
  #blockSymbols = 0;
  #symbolSize = 0;
  #isQueued = false;

  constructor(socket: Socket, order: Order, done: () => void) {
    this.#socket = socket;
    this.#order = order;
    this.#done = done;
    const basin: Basin = {
      begin: ({ symbolSize, blockSymbols }) => {
        this.#symbolSize = symbolSize;
        this.#blockSymbols = blockSymbols;
      },
      open: () => true,
      put: (_block, _id, count) => count,
      decode: (block) => void this.#full.push(block),
      expel: () => undefined,
      impound: () => undefined,
      recall: () => [],
      discard: () => undefined,
    };
    this.#client = new Client(
      {
        resource: order.resource,
        window: WINDOW,
        random: cryptographic(),
        maxDatagram: () => RAIN_HEADER + SYMBOLS * MAX_SYMBOL_SIZE,
        profile: 1,
      },
      basin,
    );
    const session = this.#client.addServer(performance.now(), `${HOST}:${order.port}`, 'asked');
    if (session === undefined) throw new Error('a client without a server');
    this.#session = session;
    if (order.ceiling !== undefined) session.ceiling = order.ceiling;
    socket.on('message', (bytes) => this.#receive(bytes));
    this.#pump();
  }

  #receive(bytes: Uint8Array): void {
    const now = performance.now();
    if (isRain(bytes)) {
      if (readRain(bytes, this.#header) !== undefined) return;
      this.#client.handleRain(now, this.#session, this.#header, bytes, RAIN_HEADER);
    } else {
      const datagram = readControl(bytes);
      if (typeof datagram === 'string') return;
      if (datagram.type !== TYPE_HELLO && datagram.type !== TYPE_SORRY) return;
      this.#client.handleControl(now, this.#session, datagram);
      this.#pumpEvents(now);
    }
    if (this.#isQueued) return;
    this.#isQueued = true;
    setImmediate(() => this.#pump());
  }

  #pump(): void {
    this.#isQueued = false;
    const now = performance.now();
    for (let block = this.#full.pop(); block !== undefined; block = this.#full.pop()) {
      this.#client.handleDecoded(now, block);
    }
    this.#pumpEvents(now);
    for (let out = this.#client.pollTransmit(now); out !== undefined; out = this.#client.pollTransmit(now)) {
      this.#socket.send(out.bytes, this.#order.port, HOST);
    }
    if (this.#client.over) this.#socket.close();
    else this.#alarm.set(Math.max(now + 1, this.#client.pollTimeout()));
  }

  #pumpEvents(now: number): void {
    for (let event = this.#client.pollEvent(); event !== undefined; event = this.#client.pollEvent()) {
      if (event.type === 'manifest') this.#begin(now);
      else if (event.type === 'done') this.#done();
    }
  }

  /** What the manifest says is known: the file is the parent's. */
  #begin(now: number): void {
    const layout = {
      length: this.#order.length,
      symbolSize: this.#symbolSize,
      symbolsPerBlock: this.#blockSymbols,
    };
    const extents = {
      symbolSize: this.#symbolSize,
      count: blockCount(layout),
      realSymbols: (block: number) => realSymbols(layout, block),
    };
    this.#client.handleManifest(now, extents, () => false, new Map());
  }
}

async function openSocket(): Promise<Socket> {
  const socket = createSocket({
    type: 'udp4',
    lookup: (host, _options, done) => done(null, host, 4),
  });
  const listening = once(socket, 'listening');
  socket.bind(0, HOST);
  await listening;
  socket.setRecvBufferSize(SOCKET_BYTES);
  return socket;
}

/** Resolves with the seconds that one client took. */
async function fetchOnce(order: Order, startAt: number): Promise<number> {
  const socket = await openSocket();
  await new Promise((resolve) => setTimeout(resolve, startAt));
  const began = performance.now();
  await new Promise<void>((resolve) => new Fetcher(socket, order, resolve));
  return (performance.now() - began) / 1000;
}

const order: Order = JSON.parse(process.argv[2]);
const all = Array.from({ length: order.clients }, (_, i) => fetchOnce(order, i * order.apart));
process.send?.(await Promise.all(all), () => process.disconnect());
