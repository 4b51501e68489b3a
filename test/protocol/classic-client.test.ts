/** A node of today fetches from nodes of 2012, honest ones and others. */
import { describe, expect, test } from 'vitest';
import { MAX_CLASSIC_SERVERS } from '../../core/protocol/classic-client.ts';
import { seeded } from '../../core/protocol/random.ts';
import {
  dropletOf,
  numbers,
  numbersOf,
  Server2012,
  SUBSCRIBE,
  UNSUBSCRIBE,
} from './simulation/classic-2012.ts';
import { ClassicClientHost, ClassicServerHost } from './simulation/classic-hosts.ts';
import { type Host, Link, type LinkProperties, Network } from './simulation/network.ts';

const ID = 0x0123456789abcdefn;
const RESOURCE = '0123456789abcdef';
const CLIENT = '10.0.0.1:1980';
const CONTENT = bytesOf(5000, 1);
const OTHER = bytesOf(5000, 2);
const ALL = Array.from({ length: 64 }, (_, part) => part);

function bytesOf(length: number, seed: number): Uint8Array {
  const random = seeded(seed);
  return Uint8Array.from({ length }, () => random.u32());
}

function isContent(bytes: Uint8Array): boolean {
  return Buffer.from(bytes).equals(CONTENT);
}

/** Streams whatever `next` makes to whoever subscribes, a droplet each 5 ms. */
class Liar implements Host {
  readonly #next: () => Uint8Array;
  readonly #streams = new Set<string>();
  #due = Number.POSITIVE_INFINITY;

  constructor(next: () => Uint8Array) {
    this.#next = next;
  }

  receive(now: number, from: string, bytes: Uint8Array): void {
    const [type] = numbersOf(bytes, 1);
    if (type === SUBSCRIBE) this.#streams.add(from);
    if (type === UNSUBSCRIBE) this.#streams.delete(from);
    this.#due = Math.min(this.#due, now);
  }

  pump(now: number, send: (to: string, bytes: Uint8Array) => void): number {
    if (this.#streams.size === 0) return Number.POSITIVE_INFINITY;
    if (now < this.#due) return this.#due;
    for (const to of this.#streams) send(to, this.#next());
    this.#due = now + 5;
    return this.#due;
  }
}

function server2012(content: Uint8Array | undefined, seed: number, gap = 5): Server2012 {
  const server = new Server2012(seeded(seed), gap);
  if (content !== undefined) server.store.set(ID, content);
  return server;
}

/** Servers of 2012 stream from port 40000. */
function attach(network: Network, address: string, server: Host): void {
  network.attach(address, server);
  if (server instanceof Server2012) network.attach(address.replace(/:\d+$/, ':40000'), server.streamer);
}

interface Options {
  readonly seed?: number;
  readonly link?: Partial<LinkProperties>;
  readonly accepts?: (bytes: Uint8Array) => boolean;
}

/** Servers at 10.0.1.1 and on, and a client that asks them all. */
function stage(servers: readonly Host[], { seed = 1, link = { delay: 5 }, accepts }: Options = {}) {
  const network = new Network(seeded(seed));
  const [up, down] = [new Link(link, seeded(seed + 1)), new Link(link, seeded(seed + 2))];
  network.route = (from) => [from === CLIENT ? up : down];
  const addresses = servers.map((_, i) => `10.0.1.${i + 1}:1980`);
  for (const [i, server] of servers.entries()) attach(network, addresses[i], server);
  const host = new ClassicClientHost(0, RESOURCE, addresses, accepts);
  network.attach(CLIENT, host);
  const outcome = () => {
    network.run(600_000, () => host.client.outcome !== undefined);
    const result = host.client.outcome;
    if (result?.kind === 'done')
      return { ...result, bytes: isContent(result.bytes) ? 'content' : result.bytes };
    return result;
  };
  return { network, host, outcome, addresses };
}

const DONE = { kind: 'done', bytes: 'content', verified: false, liars: [] };

describe('from servers of 2012', () => {
  test.each([0, 0.05, 0.2, 0.5])('the content arrives where %f of all datagrams are lost', (loss) => {
    for (let seed = 1; seed <= 20; seed++) {
      const { outcome } = stage([server2012(CONTENT, seed)], { seed, link: { delay: 20, loss } });
      expect(outcome(), `seed ${seed}`).toEqual(DONE);
    }
  });

  test('it takes fewer droplets than the client of 2012 needed', () => {
    const seeds = Array.from({ length: 60 }, (_, seed) => seed + 1);
    const counts = seeds.map((seed) => {
      const { outcome, host } = stage([server2012(CONTENT, seed)], { seed });
      outcome();
      return host.droplets;
    });
    expect(counts.reduce((sum, count) => sum + count) / counts.length).toBeLessThan(80);
  });

  test('reordered and doubled droplets do no harm', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const link = { delay: 10, loss: 0.1, reordered: 0.3, reorderedBy: 100, duplicated: 0.3 };
      const { outcome } = stage([server2012(CONTENT, seed)], { seed, link });
      expect(outcome(), `seed ${seed}`).toEqual(DONE);
    }
  });

  test('several of them add up', () => {
    const alone = stage([server2012(CONTENT, 1, 20)]);
    alone.outcome();
    const four = stage([1, 2, 3, 4].map((seed) => server2012(CONTENT, seed, 20)));
    expect(four.outcome()).toEqual(DONE);
    expect(four.network.now).toBeLessThan(alone.network.now / 2);
  });

  test('who has not got it is no obstacle', () => {
    const { outcome } = stage([server2012(undefined, 1), server2012(CONTENT, 2)]);
    expect(outcome()).toEqual(DONE);
  });

  test('one that loses its subscriptions on the way is asked again', () => {
    const first = server2012(CONTENT, 1, 50);
    const { network, host, outcome, addresses } = stage([first]);
    network.run(1500, () => false);
    const before = host.droplets;
    expect(before).toBeGreaterThan(10);
    attach(network, addresses[0], server2012(CONTENT, 2, 50));
    expect(outcome()).toEqual(DONE);
    expect(host.droplets).toBeGreaterThan(before);
  });

  test('one that is slow does not pause because it was not asked on', () => {
    const { network, host, outcome } = stage([server2012(CONTENT, 1, 400)]);
    const arrivals: number[] = [];
    network.route = (from) => {
      if (from !== CLIENT) arrivals.push(network.now);
      return [];
    };
    expect(outcome()).toEqual(DONE);
    expect(network.now).toBeGreaterThan(20_000);
    expect(arrivals.length).toBe(host.droplets);
    expect(Math.max(...arrivals.slice(1).map((at, i) => at - arrivals[i]))).toBeLessThan(500);
  });

  test('they are told when it is enough, though some of what is said is lost', () => {
    let ended = 0;
    for (let seed = 1; seed <= 50; seed++) {
      const server = server2012(CONTENT, seed);
      const { network, host, outcome } = stage([server], { seed, link: { delay: 5, loss: 0.2 } });
      outcome();
      network.run(network.now + 1000, () => host.client.isOver && server.streams === 0);
      if (server.streams === 0) ended++;
    }
    // Three farewells, each lost with 0.2.
    expect(ended).toBeGreaterThan(46);
  });

  test.each([0, 1, 63, 64, 65, 100_000])('%i bytes', (length) => {
    const content = bytesOf(length, 3);
    const { network, host } = stage([server2012(content, 1, 1)]);
    network.run(60_000, () => host.client.outcome !== undefined);
    expect(host.client.outcome).toMatchObject({ kind: 'done', bytes: content });
  });
});

test('a server of today is fetched from in 64 droplets and two to check them', () => {
  const server = new ClassicServerHost();
  server.contents.set(RESOURCE, CONTENT);
  const { host, outcome } = stage([server], { link: {} });
  expect(outcome()).toEqual(DONE);
  expect(host.droplets).toBe(66);
});

describe('it ends', () => {
  test('ten seconds after the last word of anybody', () => {
    const { network, host, outcome } = stage([server2012(undefined, 1)]);
    expect(outcome()).toEqual({ kind: 'failed', why: 'silent', liars: [] });
    expect(network.now).toBeGreaterThanOrEqual(10_000);
    expect(network.now).toBeLessThan(10_500);
    network.run(20_000, () => host.client.isOver);
    expect(host.client.isOver).toBe(true);
    expect(host.client.pollTimeout()).toBe(Number.POSITIVE_INFINITY);
  });

  test('when a server sends the same for ever', () => {
    const { network, outcome } = stage([new Liar(() => dropletOf(ID, CONTENT, [1, 2]))]);
    expect(outcome()).toEqual({ kind: 'failed', why: 'stuck', liars: [] });
    // 1024 droplets, 5 ms apart.
    expect(network.now).toBeLessThan(6000);
  });

  test('when little comes, and none of it new', () => {
    let sent = 0;
    const { network, outcome } = stage([
      new Liar(() => (sent++ % 1000 === 0 ? dropletOf(ID, CONTENT, [1]) : numbers(0n))),
    ]);
    expect(outcome()).toEqual({ kind: 'failed', why: 'stuck', liars: [] });
    expect(network.now).toBeGreaterThanOrEqual(60_000);
    expect(network.now).toBeLessThan(61_000);
  });

  test('when told to, and says so to the servers', () => {
    const server = server2012(CONTENT, 1, 100);
    const { network, host } = stage([server]);
    network.run(500, () => false);
    expect(server.streams).toBe(1);
    host.client.stop(network.now);
    network.wake(CLIENT);
    network.run(3000, () => host.client.isOver);
    expect(host.client.outcome).toMatchObject({ kind: 'failed', why: 'stopped' });
    expect(server.streams).toBe(0);
  });
});

describe('whom to believe', () => {
  /** Droplets of the right form and wrong bytes. */
  const garbage = (seed: number) => {
    const random = seeded(seed);
    return () => dropletOf(ID, bytesOf(5000, random.u32()), [random.u32() % 64, 0]);
  };
  /** Consistent in itself, and something else. */
  const impostor = (seed: number) => {
    const server = server2012(OTHER, seed);
    return new Liar(() => server.droplet(ID));
  };

  test('one that contradicts itself is left out, whatever it sends', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const { outcome } = stage([server2012(CONTENT, seed), new Liar(garbage(seed))], { seed });
      const result = outcome();
      expect(result, `seed ${seed}`).toMatchObject({ kind: 'done', bytes: 'content', verified: false });
    }
  });

  test('alone it is not believed', () => {
    const { outcome } = stage([new Liar(garbage(1))]);
    expect(outcome()).toEqual({ kind: 'failed', why: 'contradicted', liars: ['10.0.1.1:1980'] });
  });

  test('of two that say different things none is believed where nothing tells which is right', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const { outcome } = stage([server2012(CONTENT, seed), impostor(seed)], { seed });
      expect(outcome(), `seed ${seed}`).toEqual({ kind: 'failed', why: 'contradicted', liars: [] });
    }
  });

  test('the right one is, where something does', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const { outcome } = stage([impostor(seed), server2012(CONTENT, seed, 9)], { seed, accepts: isContent });
      expect(outcome(), `seed ${seed}`).toMatchObject({ kind: 'done', bytes: 'content', verified: true });
    }
  });

  test('and who sent what is not accepted is named', () => {
    const { outcome } = stage([impostor(1), server2012(CONTENT, 1, 30)], { accepts: isContent });
    expect(outcome()).toEqual({ ...DONE, verified: true, liars: ['10.0.1.1:1980'] });
  });

  test('another length is a contradiction, not another resource', () => {
    const longer = new Liar(() => dropletOf(ID, bytesOf(9000, 1), ALL.slice(0, 3)));
    for (const servers of [
      [longer, server2012(CONTENT, 1)],
      [server2012(CONTENT, 1), longer],
    ]) {
      expect(stage(servers).outcome()).toMatchObject({ kind: 'done', bytes: 'content' });
    }
  });

  test('padding that is not zero is a contradiction', () => {
    let sent = 0;
    const ones = dropletOf(ID, CONTENT, [63]).fill(1, 32);
    const server = new Liar(() => {
      const part = sent++ % 64;
      return part === 63 ? ones : dropletOf(ID, CONTENT, [part]);
    });
    expect(stage([server]).outcome()).toEqual({
      kind: 'failed',
      why: 'contradicted',
      liars: ['10.0.1.1:1980'],
    });
  });

  test('one droplet that was damaged costs a new start and nothing else', () => {
    const server = new ClassicServerHost();
    server.contents.set(RESOURCE, CONTENT);
    const { network, host, outcome } = stage([server]);
    network.run(150, () => false);
    const damaged = dropletOf(ID, CONTENT, [3]);
    damaged[40] ^= 1;
    host.receive(network.now, '10.0.1.1:1980', damaged);
    expect(host.client.outcome).toBeUndefined();
    expect(outcome()).toEqual(DONE);
  });

  test('a resource that is overwritten while it is poured arrives as one or the other', () => {
    for (let seed = 1; seed <= 20; seed++) {
      const server = server2012(OTHER, seed, 10);
      const { network, outcome } = stage([server], { seed });
      network.at(100 + seed * 20, () => server.store.set(ID, CONTENT));
      const result = outcome();
      const isOther = result?.kind === 'done' && Buffer.from(result.bytes).equals(OTHER);
      if (!isOther) expect(result, `seed ${seed}`).toEqual(DONE);
    }
  });

  test('who was not asked is not heard', () => {
    const { network, host } = stage([server2012(CONTENT, 1, 30)]);
    network.attach('10.0.9.9:1', new Liar(garbage(1)));
    for (let i = 0; i < 200; i++) {
      network.at(i * 10, () => host.receive(network.now, '10.0.9.9:1', dropletOf(ID, OTHER, [i % 64])));
    }
    network.run(60_000, () => host.client.outcome !== undefined);
    expect(host.client.outcome).toMatchObject({ kind: 'done', bytes: CONTENT });
  });
});

test('no more streams of a host are looked at than can be held apart', () => {
  const { network, host, outcome } = stage([server2012(undefined, 1)]);
  for (const part of ALL) host.receive(0, `10.0.1.1:${5000 + part}`, dropletOf(ID, CONTENT, [part]));
  network.run(1000, () => false);
  expect(host.client.outcome).toBeUndefined();
  for (const part of ALL) host.receive(1000, '10.0.1.1:5000', dropletOf(ID, CONTENT, [part]));
  expect(outcome()).toEqual(DONE);
});

test('no more servers are asked than can be held apart', () => {
  const servers = Array.from({ length: 20 }, () => server2012(undefined, 1));
  const { network, host } = stage(servers);
  const asked = new Set<string>();
  network.route = (from, to) => {
    if (from === CLIENT) asked.add(to);
    return [];
  };
  network.run(60_000, () => host.client.isOver);
  expect(asked.size).toBe(MAX_CLASSIC_SERVERS);
});
