/** Who is believed: who knows the secret; without one, who is listed or trusted; and nobody twice. */
import { expect, test } from 'vitest';
import type { ClusterCounts } from '../../../core/murky/cluster/events.ts';
import type { Seen } from './simulation/network.ts';
import type { SimulatedNode } from './simulation/node.ts';
import { addressOf, entryId, SECRET, Stage } from './simulation/stage.ts';

const OTHER_SECRET = new Uint8Array(32).fill(8);
const STRANGER = '203.0.113.9:4444';

function peersOf({ cluster }: SimulatedNode): string[] {
  return (cluster?.snapshot.peers ?? []).filter(({ isOpen }) => isOpen).map(({ address }) => address);
}

function countsOf({ cluster }: SimulatedNode): Readonly<ClusterCounts> {
  if (cluster === undefined) throw new Error('the node is not up');
  return cluster.snapshot.counts;
}

/** Everything that is sent on `stage` from now on. */
function listen(stage: Stage): Seen[] {
  const seen: Seen[] = [];
  stage.network.watch = (datagram) => seen.push({ ...datagram, bytes: new Uint8Array(datagram.bytes) });
  return seen;
}

test.each([undefined, OTHER_SECRET])(
  'who does not know the secret neither joins nor changes anything',
  (secret) => {
    const stage = new Stage(1);
    const [member] = stage.gather(2);
    const outsider = stage.add({ secret });
    outsider.start();
    member.put(entryId(1), 'mine');
    stage.run(3000);
    outsider.put(entryId(1), 'forged');
    outsider.put(entryId(2), 'forged too');
    stage.run(60_000);
    expect(member.catalogue.size).toBe(1);
    expect(outsider.catalogue.size).toBe(2);
    expect(peersOf(member)).not.toContain(outsider.properties.address);
    expect(peersOf(outsider)).toEqual([]);
    expect(countsOf(member).forged).toBeGreaterThan(0);
  },
);

test('a node with a secret does not believe a cluster without one, whatever addresses it trusts', () => {
  const stage = new Stage(2);
  stage.gather(2, { secret: undefined });
  const [, , careful] = [...stage.nodes, ...stage.gather(1)];
  stage.nodes[0].put(entryId(1), 'open');
  stage.run(60_000);
  expect(careful.catalogue.size).toBe(0);
});

test('without a secret only listed and trusted addresses are heard, and the others get no answer', () => {
  const stage = new Stage(3);
  const a = stage.add({ secret: undefined, trusts: () => false });
  const listing = stage.add({ secret: undefined, trusts: () => false });
  a.start();
  listing.start();
  const seen = listen(stage);
  stage.run(20_000);
  expect(peersOf(listing), 'it lists a node that does not list it').toEqual([]);
  expect(seen.filter(({ from }) => from === addressOf(0))).toEqual([]);
  expect(countsOf(a).untrusted).toBeGreaterThan(0);
  a.cluster?.addPeer(a.at, addressOf(1));
  stage.run(40_000);
  expect(peersOf(a)).toEqual([addressOf(1)]);
  expect(peersOf(listing)).toEqual([addressOf(0)]);
});

test('nodes that know one member find all, if they may add peers', () => {
  const stage = new Stage(4);
  const hub = stage.add();
  for (let i = 0; i < 6; i++) stage.add({ listed: [hub.properties.address] });
  for (const node of stage.nodes) node.start();
  stage.run(30_000);
  for (const node of stage.nodes) expect(peersOf(node).length, node.properties.address).toBe(6);
});

test('nodes that may not add peers keep to those listed, and still hear each other', () => {
  const stage = new Stage(5);
  const hub = stage.add({ autoAddPeers: false });
  for (let i = 0; i < 3; i++) stage.add({ listed: [hub.properties.address], autoAddPeers: false });
  for (const node of stage.nodes) node.start();
  stage.run(30_000);
  expect(peersOf(hub)).toEqual([]);
  stage.nodes[1].put(entryId(1), 'up');
  stage.run(90_000);
  for (const node of stage.nodes) expect(node.catalogue.size, node.properties.address).toBe(1);
});

test('a node that lists itself forgets it, and one under two addresses is called at one', () => {
  const stage = new Stage(6);
  const node = stage.add({ listed: [addressOf(0), addressOf(1)] });
  const other = stage.add();
  node.start();
  other.start();
  const second = '192.0.2.1:1980';
  stage.network.attach(second, (from, bytes) => {
    const { cluster } = other;
    cluster?.handle(other.at, from, bytes);
    for (let d = cluster?.pollTransmit(other.at); d !== undefined; d = cluster?.pollTransmit(other.at)) {
      stage.network.send(second, d.address, d.bytes);
    }
  });
  stage.run(5000);
  node.cluster?.addPeer(node.at, second);
  stage.run(20_000);
  expect(node.cluster?.snapshot.peers.map(({ address }) => address)).toEqual([addressOf(1), second]);
  expect(peersOf(node)).toEqual([addressOf(1)]);
});

test('nothing that was recorded has any effect when it is said again', () => {
  const stage = new Stage(7);
  const seen = listen(stage);
  const [a, b] = stage.gather(2);
  a.put(entryId(1), 'first');
  stage.run(3000);
  b.delete(entryId(1));
  stage.run(3000);
  // Replayed into a cluster whose nodes have forgotten the entry, and all sessions but those of their new lives.
  for (const node of [a, b]) {
    node.catalogue.remove(entryId(1));
    node.stop();
    node.start();
  }
  stage.run(3000);
  const recorded = [...seen];
  for (const { from, to, bytes } of recorded) stage.network.carry(from, to, bytes);
  stage.run(60_000);
  expect(a.catalogue.size + b.catalogue.size).toBe(0);
  expect(countsOf(a).forged + countsOf(a).replayed).toBeGreaterThan(0);
});

test('within a session nothing is heard twice', () => {
  const stage = new Stage(8);
  const [a, b] = stage.gather(2);
  const seen = listen(stage);
  a.put(entryId(1), 'once');
  stage.run(1000);
  const told = seen.filter(({ from }) => from === addressOf(0));
  expect(told.length).toBeGreaterThan(0);
  const before = countsOf(b);
  const answered = seen.length;
  for (const { from, to, bytes } of told) stage.network.carry(from, to, bytes);
  stage.run(100);
  const after = countsOf(b);
  expect(after.replayed + after.forged - before.replayed - before.forged).toBe(told.length);
  expect(seen.length, 'nothing is answered').toBe(answered);
});

test('a session of before cannot be begun again', () => {
  const stage = new Stage(9);
  const [called, caller] = stage.gather(2);
  const seen = listen(stage);
  caller.put(entryId(1), 'old');
  stage.run(1000);
  const isRequest = ({ from, bytes }: Seen): boolean => from === addressOf(1) && bytes[0] === 3;
  const old = seen.splice(0).filter(isRequest);
  caller.stop();
  caller.start();
  stage.run(1000);
  expect(old.length, 'requests of the old session').toBeGreaterThan(0);
  expect(seen.filter(isRequest).length, 'and of the new one').toBeGreaterThan(0);
  const before = countsOf(called);
  for (const { from, to, bytes } of old) stage.network.carry(from, to, bytes);
  stage.run(100);
  expect(countsOf(called).replayed - before.replayed).toBe(old.length);
});

test('an old answer to a greeting opens no session', () => {
  const stage = new Stage(14);
  const seen = listen(stage);
  const [called, caller] = stage.gather(2);
  const welcomes = seen.filter(({ to, bytes }) => to === addressOf(1) && bytes[0] === 2);
  expect(welcomes.length).toBeGreaterThan(0);
  called.stop();
  caller.stop();
  caller.start();
  for (const { from, to, bytes } of welcomes) stage.network.carry(from, to, bytes);
  stage.run(100);
  expect(peersOf(caller)).toEqual([]);
});

test('what a node says counts for nothing when it comes back to it, or to a third', () => {
  const stage = new Stage(10);
  const [a, b, c] = stage.gather(3);
  const seen = listen(stage);
  a.put(entryId(1), 'hello');
  stage.run(5000);
  const counts = [a, b, c].map(countsOf);
  const said = [...seen];
  for (const { from, to, bytes } of said) {
    stage.network.carry(to, from, bytes);
    for (const node of [a, b, c]) {
      if (node.properties.address !== to) stage.network.carry(from, node.properties.address, bytes);
    }
  }
  stage.run(50);
  const [heard, counted] = [a, b, c].reduce(
    ([datagrams, refused], node, index) => {
      const now = countsOf(node);
      const then = counts[index];
      return [
        datagrams + now.datagrams - then.datagrams,
        refused + now.forged + now.replayed - then.forged - then.replayed,
      ];
    },
    [0, 0],
  );
  const greetings = said.filter(({ bytes }) => bytes[0] <= 2).length;
  expect(greetings).toBe(0);
  expect(counted).toBe(heard);
});

test('a cookie is good only at the address that it was sent to', () => {
  const stage = new Stage(11);
  const called = stage.add();
  const caller = stage.add();
  called.start();
  // The first request is held up on its way.
  let request: Uint8Array | undefined;
  stage.network.watch = ({ from, bytes }) => {
    if (from !== addressOf(1) || bytes[0] !== 3) return;
    request ??= new Uint8Array(bytes);
    stage.network.detach(addressOf(0));
  };
  caller.start();
  stage.run(100);
  if (request === undefined) throw new Error('nothing was asked');
  called.cluster?.handle(called.at, STRANGER, request);
  expect(countsOf(called).forged).toBe(1);
  called.cluster?.handle(called.at, addressOf(1), request);
  expect(countsOf(called).forged).toBe(1);
  called.cluster?.handle(called.at, STRANGER, request);
  expect(countsOf(called).forged, 'nor when the session is open').toBe(2);
});

test('an address that has not proved itself is sent no more than was sent in its name', () => {
  const stage = new Stage(12);
  const seen = listen(stage);
  const [, b] = stage.gather(2, { secret: SECRET });
  stage.run(1000);
  let sent = 0;
  let came = 0;
  for (const { bytes } of seen.filter(({ to }) => to === addressOf(1))) {
    sent += bytes.length;
    b.cluster?.handle(b.at, STRANGER, bytes);
    for (let d = b.cluster?.pollTransmit(b.at); d !== undefined; d = b.cluster?.pollTransmit(b.at)) {
      if (d.address === STRANGER) came += d.bytes.length;
    }
  }
  expect(came).toBeGreaterThan(0);
  expect(came).toBeLessThanOrEqual(sent);
  expect(peersOf(b)).not.toContain(STRANGER);
});
