/** A transfer and the serving side, as the network threads have them, joined in virtual time: codecs are the test's. */
import type { MessagePort } from 'node:worker_threads';
import type { Layout } from '../../core/content/layout.ts';
import { createArena, SLOT_BYTES } from '../../core/engine/arena.ts';
import type { ToCodec } from '../../core/engine/codec-messages.ts';
import { Fetching } from '../../core/engine/fetching.ts';
import type { FromNet, SourceInfo, StoredDroplets } from '../../core/engine/messages.ts';
import { Serving } from '../../core/engine/serving.ts';
import { Slots } from '../../core/engine/slots.ts';
import type { Udp } from '../../core/engine/udp.ts';
import { seeded } from '../../core/protocol/random.ts';
import type { Session } from '../../core/protocol/session.ts';
import { readControl } from '../../core/wire/control.ts';
import { RAIN_HEADER } from '../../core/wire/datagram.ts';
import { emptyRainHeader, isRain, readRain } from '../../core/wire/rain.ts';

export const KEY = 1;
export const RESOURCE = '0123456789abcdef';
export const SERVER = '192.0.2.1:1980';
const CLIENT = '192.0.2.2:1980';
const SYMBOL = 64;
/** Symbols of each of the two blocks. */
export const SYMBOLS = 256;
export const LAYOUT: Layout = {
  length: 2 * SYMBOLS * SYMBOL,
  symbolSize: SYMBOL,
  symbolsPerBlock: SYMBOLS,
};
const SLOTS = 3;

// It takes a while to be made.
const arena = createArena(1);

/** The port to a codec thread that does nothing by itself. */
function idleCodec(): { port: MessagePort; asked: ToCodec[] } {
  const asked: ToCodec[] = [];
  const port = { postMessage: (message: ToCodec) => void asked.push(message) } as unknown as MessagePort;
  return { port, asked };
}

interface PairOptions {
  /** What an earlier run has left. */
  readonly stored?: readonly StoredDroplets[];
  /** What the server calls the resource. */
  readonly name?: Uint8Array;
}

export function openPair({ stored = [], name = new Uint8Array(0) }: PairOptions = {}) {
  const clock = { now: 1_000_000 };
  const sessions: Session[] = [];
  const fetched: FromNet[] = [];
  const served: FromNet[] = [];
  const slots = new Slots(Array.from({ length: SLOTS }, (_, i) => i * SLOT_BYTES));
  const decoder = idleCodec();
  const loader = idleCodec();
  let wakes = 0;
  const fetching = new Fetching(
    {
      key: KEY,
      resource: RESOURCE,
      codec: 0,
      servers: [{ address: SERVER, found: 'asked' }],
      content: { layout: LAYOUT, verified: new Uint8Array(1), stored },
      serves: false,
      background: false,
    },
    decoder.port,
    SLOTS,
    {
      memory: new Uint8Array(SLOTS * SLOT_BYTES),
      slots,
      random: seeded(1),
      now: () => clock.now,
      post: (message) => void fetched.push(message),
      maxDatagram: () => 1184,
      register: (session) => void sessions.push(session),
    },
  );
  const serving = new Serving(
    { arena, codecs: [loader.port], cookieSecret: new Uint8Array(32) },
    {
      now: () => clock.now,
      post: (message) => void served.push(message),
      wake: () => {
        wakes += 1;
      },
    },
  );

  const sent: Uint8Array[] = [];
  const udp = {
    turn: 16,
    isFull: false,
    memory: new Uint8Array(65_536),
    place: 0,
    send: (_: string, length: number) => void sent.push(udp.memory.slice(0, length)),
    sendTo: (_: string, bytes: Uint8Array) => void sent.push(bytes.slice()),
  };
  const header = emptyRainHeader();

  /** What the server has sent, to the client; returns how many droplets were among it. */
  const deliver = (): number => {
    let droplets = 0;
    for (const bytes of sent.splice(0)) {
      if (isRain(bytes)) {
        readRain(bytes, header);
        droplets += header.count;
        for (const session of sessions) fetching.handleRain(clock.now, session, header, bytes, RAIN_HEADER);
        continue;
      }
      const datagram = readControl(bytes);
      if (typeof datagram === 'string') throw new Error(datagram);
      for (const session of sessions) fetching.handleControl(clock.now, session, datagram, bytes.length);
    }
    return droplets;
  };

  /** One millisecond; returns how many droplets came in it. */
  const step = (): number => {
    clock.now += 1;
    for (
      let out = fetching.client.pollTransmit(clock.now);
      out;
      out = fetching.client.pollTransmit(clock.now)
    ) {
      const datagram = readControl(out.bytes);
      if (typeof datagram === 'string') throw new Error(datagram);
      serving.handle({ address: CLIENT, askedAt: clock.now, datagram });
    }
    serving.pump(udp as unknown as Udp);
    fetching.pumpEvents();
    return deliver();
  };

  /** Goes on until so many droplets have come, or something else holds; at most two seconds. */
  const until = (what: string, holds: (droplets: number) => boolean): void => {
    let droplets = 0;
    for (let ms = 0; ms < 2000; ms++) {
      droplets += step();
      if (holds(droplets)) return;
    }
    throw new Error(`in vain: ${what}`);
  };

  const source: SourceInfo = {
    source: 9,
    codec: 0,
    layout: LAYOUT,
    manifestBytes: 100,
    profile: 1,
    name,
  };
  /** The node says that it has the resource; the codec reads what is asked for, when `loads`. */
  const find = (): void => serving.found(RESOURCE, source);
  const load = (): void => {
    for (const message of loader.asked.splice(0)) {
      if (message.type === 'decode') continue;
      const { block, slot } = message;
      serving.loaded({ type: 'loaded', source: 9, block, slot, presolved: message.type === 'presolve' });
    }
  };
  /** Everything up to the first droplets. */
  const begin = (droplets = 20): void => {
    until('asked for', () => served.some(({ type }) => type === 'find'));
    find();
    until('to be loaded', () => loader.asked.length > 0);
    load();
    until('poured', (came) => {
      load();
      return came >= droplets;
    });
  };
  const posts = (of: FromNet[] = fetched): string[] => of.splice(0).map(({ type }) => type);
  return {
    clock,
    fetching,
    serving,
    udp: udp as typeof udp & Udp,
    sent,
    slots,
    sessions,
    decoder,
    loader,
    fetched,
    served,
    posts,
    step,
    until,
    find,
    load,
    begin,
    wakes: () => wakes,
  };
}
