/** Servers that only another one has told of: a client asks a few of them, and others once those are gone. */
import { describe, expect, test } from 'vitest';
import { seeded } from '../../core/protocol/random.ts';
import { writeControl } from '../../core/wire/control.ts';
import {
  COOKIE_BYTES,
  type Hello,
  NO_BLOCK,
  type PeerAddress,
  TYPE_HELLO,
} from '../../core/wire/datagram.ts';
import { ClientHost } from './simulation/client-host.ts';
import { Network } from './simulation/network.ts';
import { resourceOf, termsOf } from './simulation/virtual-resource.ts';

/** As in core/protocol/told.ts. */
const MAX_TOLD = 8;
const MAX_NEAR = 32;
const RESOURCE = resourceOf('70707070707070aa', 100);

function add(host: ClientHost, now: number, from: number, count: number, found: string): number {
  let added = 0;
  for (let i = from; i < from + count; i++) {
    if (host.client.addServer(now, `10.0.0.${i}:1980`, found) !== undefined) added++;
  }
  return added;
}

test('only so many of them are asked at once, and all that the person or the link named', () => {
  const host = new ClientHost(0, RESOURCE, seeded(1));
  expect(add(host, 0, 1, 20, 'server')).toBe(MAX_TOLD);
  expect(add(host, 0, 101, 20, 'link')).toBe(20);
});

test('what announces itself nearby, however often, leaves all places to those that are named, under names too', () => {
  const host = new ClientHost(0, RESOURCE, seeded(1));
  expect(add(host, 0, 1, 224, 'lan')).toBe(MAX_NEAR);
  const named = ['asked', 'link', 'list'].map((found, i) => add(host, 0, 300 + 60 * i, 60, found));
  expect(named).toEqual([60, 60, 60]);
});

test('those nearby that never answered make room for others nearby', () => {
  const random = seeded(1);
  const network = new Network(random);
  const host = new ClientHost(0, RESOURCE, random);
  add(host, 0, 1, MAX_NEAR, 'lan');
  network.attach('10.1.0.1:1980', host);
  network.run(5000, () => false);
  expect(add(host, network.now, 101, 20, 'lan')).toBe(20);
});

test('one that others told of first has the place of one that is named as soon as it is', () => {
  const host = new ClientHost(0, RESOURCE, seeded(1));
  add(host, 0, 1, 1, 'server');
  expect(add(host, 0, 1, 1, 'asked')).toBe(0);
  expect(host.client.sessions.map(({ found }) => found)).toEqual(['asked']);
  add(host, 0, 1, 1, 'lan');
  expect(host.client.sessions.map(({ found }) => found)).toEqual(['asked']);
  expect(add(host, 0, 2, 20, 'server')).toBe(MAX_TOLD);
});

test('those that never answered make room for others', () => {
  const random = seeded(1);
  const network = new Network(random);
  const host = new ClientHost(0, RESOURCE, random);
  add(host, 0, 1, 20, 'server');
  network.attach('10.1.0.1:1980', host);
  network.run(5000, () => false);
  expect(add(host, network.now, 101, 20, 'server')).toBe(MAX_TOLD);
});

test('those that never answered are asked a few times a minute, and those of the link again and again', () => {
  const random = seeded(1);
  const network = new Network(random);
  const host = new ClientHost(0, RESOURCE, random);
  add(host, 0, 1, 1, 'server');
  add(host, 0, 2, 1, 'link');
  const asked: string[] = [];
  network.route = (_, to) => {
    asked.push(to);
    return [];
  };
  network.attach('10.1.0.1:1980', host);
  network.run(60_000, () => false);
  asked.splice(0);
  network.run(120_000, () => false);
  expect(asked.filter((to) => to === '10.0.0.1:1980').length).toBeLessThan(8);
  expect(asked.filter((to) => to === '10.0.0.2:1980').length).toBeGreaterThan(80);
});

describe('a server that names others', () => {
  const SERVER = '10.2.0.1:1980';

  /** A client of that server that goes to whom it is told of; `greet` has the server name those. */
  function greeted(): { host: ClientHost; greet: (now: number, peers: readonly PeerAddress[]) => void } {
    const host = new ClientHost(0, RESOURCE, seeded(1), {
      addressOf: ({ ip, port }) => `${ip.join('.')}:${port}`,
    });
    host.add(0, SERVER, 'link');
    const { token } = host.client.sessions[0];
    const greet = (now: number, peers: readonly PeerAddress[]): void => {
      const hello: Hello = {
        ...termsOf(RESOURCE),
        type: TYPE_HELLO,
        kind: 'resource',
        token,
        cookie: new Uint8Array(COOKIE_BYTES).fill(1),
        echo: 1,
        front: NO_BLOCK,
        name: new Uint8Array(0),
        peers,
      };
      host.receive(now, SERVER, writeControl(hello));
      host.pump(now, () => undefined);
    };
    return { host, greet };
  }

  function peer(number: number): PeerAddress {
    return { ip: Uint8Array.of(10, 3, number >> 8, number & 255), port: 1980 };
  }

  test('is listened to in later greetings too', () => {
    const { host, greet } = greeted();
    greet(10, []);
    greet(500, [peer(1), peer(2)]);
    greet(1000, [peer(1), peer(2), peer(3)]);
    expect(new Set(host.client.sessions.map(({ address }) => address))).toEqual(
      new Set([SERVER, '10.3.0.1:1980', '10.3.0.2:1980', '10.3.0.3:1980']),
    );
  });

  test('cannot have a client ask ever more that are not there', () => {
    const { host, greet } = greeted();
    for (let i = 0; i < 1000; i++)
      greet(
        100 * i,
        Array.from({ length: 16 }, (_, j) => peer(16 * i + j)),
      );
    expect(host.client.sessions.filter(({ found }) => found === 'server')).toHaveLength(32);
  });
});
