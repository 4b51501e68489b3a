import { expect, test } from 'vitest';
import { PeerMemory } from '../../core/protocol/peer-memory.ts';
import { readControl } from '../../core/wire/control.ts';
import { TYPE_UNSUBSCRIBE } from '../../core/wire/datagram.ts';
import { megabits, Swarm } from './simulation/swarm.ts';
import { resourceOf } from './simulation/virtual-resource.ts';

const RESOURCE = resourceOf('8a8a8a8a8a8a8a8a', 3000, { blockSymbols: 128 });
const SERVER = '10.0.0.0:1980';
const LINK = { rate: megabits(10), delay: 10, queue: 50_000 };

function waiting(swarm: Swarm, at: number): string {
  swarm.runTo(at);
  return swarm.client.client.waiting;
}

/** Why each server is in its state. */
function reasons({ client }: Swarm): readonly unknown[] {
  return client.client.sessions.map(({ reason }) => reason);
}

test('a transfer that knows no server waits for servers', () => {
  expect(waiting(new Swarm(1, RESOURCE), 1000)).toBe('servers');
});

test('one whose servers are dead, or die, waits for an answer', () => {
  const swarm = new Swarm(2, RESOURCE);
  swarm.connect(SERVER, LINK);
  expect(waiting(swarm, 1000)).toBe('answer');
  expect(reasons(swarm)).toEqual(['silent']);
  swarm.start(SERVER);
  expect(waiting(swarm, 2500)).toBe('nothing');
  expect(reasons(swarm)).toEqual([undefined]);
  swarm.vanish(SERVER);
  expect(waiting(swarm, 4000)).toBe('gone');
  expect(reasons(swarm)).toEqual(['stopped']);
});

test('one that nobody has waits for the resource', () => {
  const swarm = new Swarm(3, RESOURCE);
  swarm.connect(SERVER, LINK);
  swarm.connect('10.0.0.1:1980', LINK);
  swarm.start(SERVER, {}, []);
  expect(waiting(swarm, 1000)).toBe('resource');
  expect(reasons(swarm)).toEqual(['absent', 'silent']);
});

test('one whose servers are full waits for a place', () => {
  const swarm = new Swarm(4, RESOURCE);
  swarm.connect(SERVER, LINK);
  swarm.start(SERVER, { maxSubscriptions: 0 });
  expect(waiting(swarm, 1000)).toBe('place');
  expect(reasons(swarm)).toEqual(['busy']);
});

test('one whose servers greet and pour nothing waits for something of use', () => {
  const swarm = new Swarm(6, RESOURCE);
  swarm.connect(SERVER, LINK);
  swarm.start(SERVER, { stalls: true });
  expect(waiting(swarm, 1000)).toBe('nothing');
  expect(waiting(swarm, 6000)).toBe('use');
  expect(waiting(swarm, 60_000)).toBe('use');
  swarm.connect('10.0.0.1:1980', LINK);
  swarm.start('10.0.0.1:1980');
  expect(waiting(swarm, 60_500)).toBe('nothing');
  expect(swarm.run(90_000)).toBe(true);
});

test('one whose server loses most of what it pours waits for nothing', () => {
  const swarm = new Swarm(7, RESOURCE);
  swarm.connect(SERVER, { ...LINK, loss: 0.5 });
  swarm.start(SERVER);
  const seen = new Set<string>();
  for (let at = 1000; swarm.client.doneAt === undefined && at < 120_000; at += 50)
    seen.add(waiting(swarm, at));
  expect(swarm.client.complete).toBe(true);
  expect([...seen]).toEqual(['nothing']);
});

test('one whose host has no memory waits for room, and goes on when there is some', () => {
  const swarm = new Swarm(5, RESOURCE, { slots: 1 });
  swarm.connect(SERVER, LINK);
  swarm.start(SERVER);
  const { client } = swarm.client;
  swarm.client.slots = 0;
  expect(waiting(swarm, 1000)).toBe('room');
  swarm.client.slots = 1;
  client.handleRoom(swarm.network.now);
  swarm.network.wake('client:1');
  expect(swarm.run(60_000)).toBe(true);
  expect(client.waiting).toBe('nothing');
});

test.each([true, false])('a client that serves on says so in its farewell: %s', (serves) => {
  const swarm = new Swarm(1, RESOURCE, { serves });
  const server = swarm.start(SERVER);
  const said: boolean[] = [];
  const receive = server.receive.bind(server);
  server.receive = (now, from, bytes) => {
    const datagram = readControl(bytes);
    if (typeof datagram !== 'string' && datagram.type === TYPE_UNSUBSCRIBE) said.push(datagram.serves);
    receive(now, from, bytes);
  };
  swarm.connect(SERVER, LINK);
  expect(swarm.run(60_000)).toBe(true);
  swarm.runTo(swarm.network.now + 1000);
  expect(new Set(said)).toEqual(new Set([serves]));
});

test('servers remember who has fetched all and serves on, for a while and not without end', () => {
  const peer = { ip: Uint8Array.of(192, 0, 2, 1), port: 1980 };
  const memory = new PeerMemory(() => peer);
  for (let i = 0; i < 20; i++) memory.remember(0, `192.0.2.${i}:1980`, RESOURCE.id);
  expect(memory.of(1000, RESOURCE.id, 'someone else')).toHaveLength(16);
  expect(memory.of(1000, RESOURCE.id, '192.0.2.19:1980')).toHaveLength(15);
  expect(memory.of(1000, 'ffffffffffffffff', 'someone else')).toEqual([]);
  expect(memory.of(3_600_000, RESOURCE.id, 'someone else')).toEqual([]);
});
