import { describe, expect, test } from 'vitest';
import { seeded } from '../../core/protocol/random.ts';
import { readControl, writeControl } from '../../core/wire/control.ts';
import {
  COOKIE_BYTES,
  type ControlDatagram,
  type Extent,
  type Subscribe,
  TYPE_HELLO,
  TYPE_SUBSCRIBE,
  TYPE_UNSUBSCRIBE,
} from '../../core/wire/datagram.ts';
import { isRain } from '../../core/wire/rain.ts';
import { ServerHost, type ServerOptions } from './simulation/server-host.ts';
import { resourceOf } from './simulation/virtual-resource.ts';

const RESOURCE = resourceOf('3a3a3a3a3a3a3a3a', 5000);
const TOKEN = { high: 1, low: 2 };
const CLIENT = '192.0.2.1:4000';

interface Sent {
  readonly at: number;
  readonly to: string;
  readonly bytes: Uint8Array;
}

/** A server by itself, driven in steps of a tenth of a millisecond. */
class Bench {
  now = 1000;
  readonly host: ServerHost;
  readonly sent: Sent[] = [];

  constructor(options: ServerOptions = {}) {
    this.host = new ServerHost([RESOURCE], seeded(1), options);
  }

  say(datagram: ControlDatagram, from = CLIENT): Sent[] {
    const before = this.sent.length;
    this.host.receive(this.now, from, writeControl(datagram));
    this.#pump();
    return this.sent.slice(before);
  }

  /** Lets `ms` pass; returns what was sent meanwhile. */
  pass(ms: number, step = 0.1): Sent[] {
    const before = this.sent.length;
    for (const end = this.now + ms; this.now < end; this.now += step) this.#pump();
    return this.sent.slice(before);
  }

  cookieFor(from = CLIENT): Uint8Array {
    const [answer] = this.say(subscribe({}), from);
    const challenge = readControl(answer.bytes);
    if (typeof challenge === 'string' || challenge.type !== TYPE_HELLO) throw new Error('no cookie');
    return challenge.cookie;
  }

  #pump(): void {
    this.host.pump(this.now, (to, bytes) => this.sent.push({ at: this.now, to, bytes: bytes.slice() }));
  }
}

function subscribe(fields: Partial<Subscribe>): Subscribe {
  return {
    type: TYPE_SUBSCRIBE,
    wantsHello: false,
    token: TOKEN,
    resource: RESOURCE.id,
    cookie: new Uint8Array(COOKIE_BYTES),
    sequence: 1,
    lease: 300,
    maxDatagram: 1184,
    rate: 1000,
    extents: [ids(0, 0, 1000)],
    ...fields,
  };
}

function ids(block: number, from: number, count: number, offset = 0): Extent {
  return { offset, block, from, count };
}

function droplets(sent: readonly Sent[]): Sent[] {
  return sent.filter(({ bytes }) => isRain(bytes));
}

describe('an address that has not echoed a cookie', () => {
  test('gets no droplet, and no more bytes than it sent', () => {
    const bench = new Bench();
    const question = subscribe({ wantsHello: true, extents: [] });
    const sent = [...bench.say(question), ...bench.pass(2000)];
    expect(sent).toHaveLength(1);
    expect(sent[0].bytes.length).toBeLessThanOrEqual(writeControl(question).length);
    expect(droplets([...bench.say(subscribe({})), ...bench.pass(2000)])).toEqual([]);
  });

  test('is not remembered', () => {
    const bench = new Bench();
    for (let i = 0; i < 100; i++)
      bench.say(subscribe({ token: { high: i, low: i } }), `192.0.2.9:${1000 + i}`);
    expect([...bench.host.server.clients()]).toEqual([]);
  });

  test('cannot use the cookie of another address or resource, or an old one', () => {
    const bench = new Bench();
    const cookie = bench.cookieFor();
    const hour = 3_600_000;
    bench.say(subscribe({ cookie }), '192.0.2.2:4000');
    bench.say(subscribe({ cookie }), '192.0.2.1:4001');
    bench.say(subscribe({ cookie: cookie.map((byte, i) => (i === 9 ? byte ^ 1 : byte)) }));
    expect(droplets(bench.pass(500))).toEqual([]);
    bench.now += hour;
    bench.say(subscribe({ cookie }));
    expect(droplets(bench.pass(500))).toEqual([]);
  });

  test('is not told what is here and what is not', () => {
    const bench = new Bench();
    const [here] = bench.say(subscribe({}));
    const [not] = bench.say(subscribe({ resource: 'ffffffffffffffff' }));
    expect(not.bytes.length).toBe(here.bytes.length);
  });
});

describe('a lease', () => {
  test('ends by itself, and the sender is silent within a second whatever was asked', () => {
    const bench = new Bench();
    const cookie = bench.cookieFor();
    bench.say(
      subscribe({ cookie, lease: 65_535, rate: 500, extents: [ids(0, 0, 1024), ids(1, 0, 1024, 1024)] }),
    );
    const asked = bench.now;
    const sent = droplets(bench.pass(5000));
    expect(sent.length).toBeGreaterThan(200);
    expect(Math.max(...sent.map(({ at }) => at)) - asked).toBeLessThan(1000);
    expect([...bench.host.server.clients()]).toEqual([]);
  });

  test('decays: without a heartbeat the second half brings less than the first', () => {
    const bench = new Bench();
    const cookie = bench.cookieFor();
    bench.say(subscribe({ cookie, lease: 800, rate: 1000 }));
    const first = droplets(bench.pass(400)).length;
    const second = droplets(bench.pass(400)).length;
    expect(first).toBeGreaterThan(380);
    expect(second).toBeLessThan(0.7 * first);
  });

  test('is held by heartbeats, which pour nothing twice', () => {
    const bench = new Bench();
    const cookie = bench.cookieFor();
    const sent: Sent[] = [];
    for (let i = 1; i <= 20; i++) {
      sent.push(...bench.say(subscribe({ cookie, sequence: i, extents: [ids(0, 0, 1000)] })));
      sent.push(...bench.pass(100));
    }
    expect(droplets(sent)).toHaveLength(1000);
  });

  test('is not changed by a heartbeat that was overtaken', () => {
    const bench = new Bench();
    const cookie = bench.cookieFor();
    bench.say(subscribe({ cookie, sequence: 7, lease: 1000, rate: 100 }));
    bench.say(subscribe({ cookie, sequence: 6, lease: 1000, rate: 10_000 }));
    expect(droplets(bench.pass(400)).length).toBeLessThan(45);
  });

  test('ends at UNSUBSCRIBE', () => {
    const bench = new Bench();
    const cookie = bench.cookieFor();
    bench.say(subscribe({ cookie, lease: 1000 }));
    bench.pass(100);
    bench.say({ type: TYPE_UNSUBSCRIBE, serves: false, token: TOKEN, resource: RESOURCE.id, cookie });
    expect(droplets(bench.pass(1000))).toEqual([]);
  });
});

describe('the sender', () => {
  test('is paced: at the rate asked for, evenly, without bursts', () => {
    const bench = new Bench();
    const cookie = bench.cookieFor();
    const sent = bench.say(subscribe({ cookie, rate: 500, lease: 1000 }));
    sent.push(...bench.pass(400));
    const times = droplets(sent).map(({ at }) => at);
    expect(times.length).toBeGreaterThan(195);
    expect(times.length).toBeLessThan(205);
    for (let i = 1; i < times.length; i++) expect(times[i] - times[i - 1]).toBeGreaterThan(1.5);
  });

  test('does not make up for a pause with a burst', () => {
    const bench = new Bench();
    const cookie = bench.cookieFor();
    bench.say(subscribe({ cookie, rate: 1000, lease: 1000 }));
    bench.pass(100);
    bench.now += 200;
    expect(droplets(bench.pass(10)).length).toBeLessThan(20);
  });

  test('pours no more at once than a receive buffer holds, however fast it is asked to', () => {
    const bench = new Bench();
    const cookie = bench.cookieFor();
    const extents = [0, 1, 2, 3].map((block) => ids(block, 0, 1000, 1000 * block));
    bench.say(subscribe({ cookie, rate: 2_000_000, lease: 1000, extents }));
    bench.now += 50;
    const { length } = droplets(bench.pass(0.1));
    expect(length).toBeGreaterThan(1000);
    expect(length).toBeLessThan(1100);
  });

  test('keeps to its upload limit, all clients together', () => {
    const bench = new Bench({ uploadLimit: 200_000 });
    const clients = [1, 2, 3, 4].map((i) => `192.0.2.${i}:4000`);
    const cookies = clients.map((client) => bench.cookieFor(client));
    clients.forEach((client, i) => {
      bench.say(subscribe({ cookie: cookies[i], rate: 1000, lease: 1000 }), client);
    });
    const sent = droplets(bench.pass(500));
    const bytes = sent.reduce((sum, { bytes }) => sum + bytes.length, 0);
    expect(bytes).toBeLessThan(1.06 * 100_000);
    expect(bytes).toBeGreaterThan(0.9 * 100_000);
    for (const client of clients) {
      const own = sent.filter(({ to }) => to === client).length;
      expect(own / sent.length).toBeCloseTo(1 / clients.length, 1);
    }
  });

  test('forgets a tiny upload limit when it gets another', () => {
    const bench = new Bench({ uploadLimit: 1 });
    const order = subscribe({ cookie: bench.cookieFor(), rate: 1000, lease: 1000 });
    expect(droplets([...bench.say(order), ...bench.pass(100)])).toHaveLength(1);
    bench.host.server.setUploadLimit(Number.POSITIVE_INFINITY);
    expect(droplets(bench.pass(100)).length).toBeGreaterThan(10);
  });

  test('takes no more clients than it has places for, and says so', () => {
    const bench = new Bench({ maxSubscriptions: 2 });
    const answers = [1, 2, 3].map((i) => {
      const client = `192.0.2.${i}:4000`;
      const [answer] = bench.say(subscribe({ cookie: bench.cookieFor(client) }), client);
      return answer;
    });
    expect(isRain(answers[0].bytes)).toBe(true);
    expect(readControl(answers[2].bytes)).toMatchObject({ reason: 'busy' });
  });

  test('pours nothing that does not exist', () => {
    const bench = new Bench();
    const cookie = bench.cookieFor();
    const extents = [ids(99, 0, 50), ids(4, 900, 4, 50), ids(4, 904, 5, 54)];
    const sent = droplets([...bench.say(subscribe({ cookie, rate: 100_000, extents })), ...bench.pass(100)]);
    // The last block has 904 symbols; what follows is repair.
    expect(sent.map(({ bytes }) => new DataView(bytes.buffer).getUint32(28))).toEqual([
      900, 901, 902, 903, 904, 905, 906, 907, 908,
    ]);
  });

  test('says that an order is poured although its end does not exist', () => {
    const bench = new Bench();
    const extents = [ids(0, 0, 900), ids(99, 0, 4, 900)];
    const sent = droplets([
      ...bench.say(subscribe({ cookie: bench.cookieFor(), rate: 100_000, extents })),
      ...bench.pass(100),
    ]);
    expect(sent.map(({ bytes }) => bytes[3]).indexOf(1)).toBe(sent.length - 1);
  });

  test('refuses an order of which no droplet fits a datagram', () => {
    const bench = new Bench();
    const [answer] = bench.say(subscribe({ cookie: bench.cookieFor(), maxDatagram: 32 + 1152 - 1 }));
    expect(readControl(answer.bytes)).toMatchObject({ reason: 'refused' });
  });
});

describe('a client that serves on', () => {
  const farewell = { type: TYPE_UNSUBSCRIBE, token: TOKEN, resource: RESOURCE.id } as const;

  /** A server that has been told of one, and whom it names to others. */
  function named(): { bench: Bench; cookie: Uint8Array; peers: () => number } {
    const bench = new Bench({ peerOf: () => ({ ip: Uint8Array.of(192, 0, 2, 1), port: 4000 }) });
    const cookie = bench.cookieFor();
    bench.say(subscribe({ cookie }));
    bench.say({ ...farewell, serves: true, cookie });
    let others = 0;
    const peers = (): number => {
      const other = `192.0.2.7:${++others}`;
      const question = subscribe({ cookie: bench.cookieFor(other), wantsHello: true, extents: [] });
      const [answer] = bench.say(question, other);
      const hello = readControl(answer.bytes);
      if (typeof hello === 'string' || hello.type !== TYPE_HELLO || hello.kind !== 'resource')
        throw new Error('no greeting');
      return hello.peers.length;
    };
    return { bench, cookie, peers };
  }

  test('is named until it says that it does no more', () => {
    const { bench, cookie, peers } = named();
    expect(peers()).toBe(1);
    bench.say({ ...farewell, serves: false, cookie });
    expect(peers()).toBe(0);
  });

  test('is not silenced by who knows no cookie of its own', () => {
    const { bench, peers } = named();
    bench.say({ ...farewell, serves: false, cookie: bench.cookieFor('192.0.2.9:4000') });
    expect(peers()).toBe(1);
  });
});
