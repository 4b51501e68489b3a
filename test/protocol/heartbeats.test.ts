/** How often a server hears of a client that fetches from it. */
import { describe, expect, test } from 'vitest';
import { emptyRainHeader, isRain, readRain, writeRain } from '../../core/wire/rain.ts';
import { Crowd } from './simulation/crowd.ts';
import { megabits, Swarm } from './simulation/swarm.ts';
import { resourceOf } from './simulation/virtual-resource.ts';

const SERVER = '10.0.0.1:1980';
const LINK = { rate: megabits(50), delay: 20, queue: 100_000 };
const RESOURCE = resourceOf('4ea27bea74ea27be', 20_000);
/** UDP payload of a droplet, bytes. */
const DATAGRAM = 1184;

/** A client that has begun to fetch from a server with this upload limit, droplets per second. */
class Fetch {
  readonly swarm: Swarm;
  asked = 0;

  constructor(perSecond: number, loss = 0) {
    this.swarm = new Swarm(1, RESOURCE);
    this.swarm.connect(SERVER, { ...LINK, loss });
    const server = this.swarm.start(SERVER, { uploadLimit: perSecond * DATAGRAM });
    this.swarm.attach(SERVER, {
      receive: (now, from, bytes) => {
        this.asked++;
        server.receive(now, from, bytes);
      },
      pump: (now, send) => server.pump(now, send),
    });
    this.swarm.runTo(3000);
  }

  limit(perSecond: number): void {
    this.swarm.servers.get(SERVER)?.server.setUploadLimit(perSecond * DATAGRAM);
  }

  /** What the server heard and what it poured in so many seconds, datagrams per second. */
  during(seconds: number): { readonly asked: number; readonly poured: number } {
    const { network, servers } = this.swarm;
    const poured = (): number => (servers.get(SERVER)?.poured ?? 0) / DATAGRAM;
    const before = { asked: this.asked, poured: poured() };
    this.swarm.runTo(network.now + seconds * 1000);
    return { asked: (this.asked - before.asked) / seconds, poured: (poured() - before.poured) / seconds };
  }
}

describe('a server that pours slowly', () => {
  test.each([3, 10, 30, 100])('hears less often than it pours: %i droplets a second', (perSecond) => {
    const { asked, poured } = new Fetch(perSecond).during(20);
    expect(poured).toBeGreaterThan(0.95 * perSecond);
    expect(asked).toBeLessThan(Math.max(6, 0.75 * perSecond));
  });

  test('hears little more of a client that it does not come to', () => {
    expect(new Fetch(0.1).during(20).asked).toBeLessThan(5);
  });

  test('pours on when one heartbeat in three is lost', () => {
    expect(new Fetch(10, 0.3).during(20).poured).toBeGreaterThan(9);
  });

  test('is soon asked for as much as it pours when it pours more', () => {
    const fetch = new Fetch(5);
    fetch.limit(2000);
    fetch.during(2);
    expect(fetch.during(1).poured).toBeGreaterThan(1700);
  });
});

/** Questions in two seconds to a server so far away, ms; `alwaysDrained`: it says so in every datagram. */
function askedOf(delay: number, alwaysDrained: boolean): number {
  const swarm = new Swarm(1, RESOURCE);
  swarm.connect(SERVER, { ...LINK, delay });
  const server = swarm.start(SERVER);
  const header = emptyRainHeader();
  let asked = 0;
  swarm.attach(SERVER, {
    receive: (now, from, bytes) => {
      asked++;
      server.receive(now, from, bytes);
    },
    pump: (now, send) =>
      server.pump(now, (to, bytes) => {
        if (alwaysDrained && isRain(bytes)) {
          readRain(bytes, header);
          writeRain(bytes, { ...header, drained: true });
        }
        send(to, bytes);
      }),
  });
  swarm.runTo(1000);
  const before = asked;
  swarm.runTo(3000);
  return asked - before;
}

test.each([5, 20, 100])(
  'a server %i ms away that always says it is drained is hardly asked more often',
  (delay) => {
    const usual = askedOf(delay, false);
    expect(usual).toBeGreaterThan(0);
    expect(askedOf(delay, true)).toBeLessThan(Math.max(2 * usual, 2400 / (delay / 2)));
  },
);

test('one that pours 5 Mbit/s hears as often as any faster one', () => {
  const perSecond = megabits(5) / DATAGRAM;
  const fast = new Fetch(3000).during(5).asked;
  expect(new Fetch(perSecond).during(5).asked).toBeGreaterThan(0.9 * fast);
});

test('a crush of clients says far less than it is poured', () => {
  const crowd = new Crowd({
    clients: 60,
    servers: 3,
    seed: 1,
    symbols: 200,
    arrivals: 1000,
    patience: 60_000,
    uploadLimit: megabits(5),
  });
  const { visits, traffic } = crowd.run();
  expect(visits.filter(({ took }) => took === undefined)).toEqual([]);
  expect(traffic.asked / traffic.rain).toBeLessThan(1.3);
});
