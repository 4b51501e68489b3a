/** Whatever arrives, nothing throws, and what a node remembers of it is bounded; also when it comes from a member. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Call } from '../../../core/murky/cluster/call.ts';
import { Cluster, type ClusterOptions, type Moment } from '../../../core/murky/cluster/cluster.ts';
import {
  KIND_ANSWER,
  KIND_HELLO,
  KIND_REQUEST,
  KIND_WELCOME,
  type MemberDatagram,
  readDatagram,
  type Subject,
  type Welcome,
  writeDatagram,
} from '../../../core/murky/cluster/datagram.ts';
import { ClusterKey } from '../../../core/murky/cluster/key.ts';
import { MAX_PEERS, MAX_WANTED } from '../../../core/murky/cluster/limits.ts';
import { MemoryCatalogue } from '../../../core/murky/cluster/memory-catalogue.ts';
import { type EntryRecord, encodeRecord } from '../../../core/murky/record.ts';
import { seeded } from '../../../core/protocol/random.ts';
import { anyRecord } from './arbitrary.ts';
import { entryId, SECRET } from './simulation/stage.ts';

const HERE = '10.0.0.1:1980';
const MEMBER = '10.0.0.2:1980';
const AT: Moment = { now: 1000, wall: Date.UTC(2026, 5, 1) };

function node(options: Partial<ClusterOptions> = {}): Cluster {
  const catalogue = new MemoryCatalogue();
  for (let i = 0; i < 300; i++) {
    const version = { time: AT.wall - 1000 + i, counter: 0, writer: entryId(3) };
    catalogue.set({ kind: 'tombstone', id: entryId(i), version });
  }
  return new Cluster(AT, {
    node: entryId(1),
    catalogue,
    secret: SECRET,
    trusts: () => true,
    random: seeded(1),
    autoAddPeers: true,
    propagateOnStartup: true,
    lastContact: undefined,
    ...options,
  });
}

function drain(cluster: Cluster, at: Moment = AT): Uint8Array[] {
  const sent: Uint8Array[] = [];
  for (let d = cluster.pollTransmit(at); d !== undefined; d = cluster.pollTransmit(at)) sent.push(d.bytes);
  while (cluster.pollEvent(at) !== undefined);
  return sent;
}

/** A member that says whatever it likes to `cluster`, under good seals. */
class Liar {
  readonly #cluster: Cluster;
  readonly #key = new ClusterKey(SECRET);
  readonly #call = new Call(0, entryId(2), this.#key, seeded(2));

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
    const hello = this.#call.hello(AT.now);
    if (hello === undefined) throw new Error('no greeting');
    cluster.handle(AT, MEMBER, hello);
    const welcome = drain(cluster)
      .map(readDatagram)
      .find((d): d is Welcome => d?.kind === KIND_WELCOME);
    if (welcome === undefined || !this.#call.welcomed(welcome)) throw new Error('not welcome');
  }

  request(subject: Subject, body: Uint8Array): Uint8Array[] {
    const work = { subject, ids: [], asked: [] };
    this.#cluster.handle(AT, MEMBER, this.#call.request(AT.now, work, body));
    return drain(this.#cluster);
  }
}

test('bytes from anybody are taken for what they are', () => {
  const cluster = node({ secret: undefined });
  const likely = fc
    .tuple(fc.constantFrom(1, 2, 3, 4), fc.constantFrom(0, 1, 2, 3, 4), fc.uint8Array({ maxLength: 300 }))
    .map(([kind, subject, rest]) => Uint8Array.of(kind, 1, subject, 0, ...rest));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 1300 }), likely), (bytes) => {
      cluster.handle(AT, HERE, bytes);
      expect(drain(cluster)).toEqual([]);
    }),
    { numRuns: 3000 },
  );
  expect(cluster.snapshot.peers).toEqual([]);
});

test('a member may say anything: what it asks is answered by one datagram or not at all', () => {
  const cluster = node();
  const liar = new Liar(cluster);
  const span = fc
    .tuple(fc.constantFrom(0, 4, 8, 12, 16, 48, 49, 255), fc.uint8Array({ minLength: 14, maxLength: 14 }))
    .map(([bits, rest]) => [bits, ...rest]);
  const spans = fc.array(span, { maxLength: 9 }).map((all) => Uint8Array.from(all.flat()));
  const records = fc
    .array(anyRecord({ times: Math.floor(AT.wall) }), { maxLength: 5 })
    .map((all) => Uint8Array.from(all.flatMap((record) => [...encodeRecord(record)])));
  const body = fc.oneof(fc.uint8Array({ maxLength: 1094 }), spans, records);
  fc.assert(
    fc.property(fc.constantFrom<Subject[]>(1, 2, 3, 4), body, (subject, bytes) => {
      const answers = liar.request(subject, bytes).filter((answer) => answer[0] === 4);
      expect(answers.length).toBeLessThanOrEqual(1);
      for (const answer of answers) expect(answer.length).toBeLessThanOrEqual(1152);
    }),
    { numRuns: 2000 },
  );
});

test('what a member answers is believed no further than it can be read', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 1000 }), { maxLength: 20 }), fc.nat(), (bodies, seed) => {
      const cluster = node({ random: seeded(seed) });
      cluster.addPeer(AT, MEMBER);
      answerWith(cluster, bodies);
    }),
    { numRuns: 100 },
  );
});

test('a member that tells of more than fits, and names no end of peers, fills what there is room for', () => {
  const cluster = node();
  const liar = new Liar(cluster);
  for (let i = 0; i < 1500; i++) {
    const records = Array.from({ length: 5 }, (_, index) => wantable(1_000_000 + 5 * i + index));
    liar.request(1, Uint8Array.from(records.flatMap((record) => [...encodeRecord(record)])));
  }
  expect(cluster.snapshot.wanted).toBe(MAX_WANTED);

  const named = node();
  named.addPeer(AT, MEMBER);
  const texts = Array.from({ length: 40 }, (_, index) => `10.1.1.${index}:1980`);
  const body = [0, 0, 0, 0, 0, 0, ...texts.flatMap((text) => [text.length, ...Buffer.from(text)])];
  for (let i = 0; i < 3; i++) {
    const shifted = body.map((byte, at) => (at > 6 && byte === 0x31 ? 0x30 + i + 1 : byte));
    answerWith(named, [Uint8Array.from(shifted)], AT.now + i * 60_000);
  }
  expect(named.snapshot.peers.length).toBe(MAX_PEERS);
});

function wantable(number: number): EntryRecord {
  return {
    kind: 'content',
    id: entryId(number),
    version: { time: AT.wall, counter: 0, writer: entryId(2) },
    size: 1,
    digest: new Uint8Array(32).fill(number),
    contentType: '',
  };
}

/** Plays the peer at MEMBER: welcomes, and answers each request with the next body. */
function answerWith(cluster: Cluster, bodies: readonly Uint8Array[], now = AT.now): void {
  const key = new ClusterKey(SECRET);
  const at = { ...AT, now };
  const left = [...bodies];
  cluster.handleTimeout(at);
  for (let rounds = 0; rounds < 100 && left.length > 0; rounds++) {
    const sent = drain(cluster, at);
    if (sent.length === 0) return;
    for (const bytes of sent) {
      const datagram = readDatagram(bytes);
      const answer = datagram && reply(key, datagram, left);
      if (answer !== undefined) cluster.handle(at, MEMBER, answer);
    }
  }
}

function reply(key: ClusterKey, datagram: MemberDatagram, bodies: Uint8Array[]): Uint8Array | undefined {
  const called = entryId(2);
  if (datagram.kind === KIND_HELLO) {
    const { caller, nonce } = datagram;
    const welcome = {
      kind: KIND_WELCOME,
      called,
      caller,
      nonce,
      cookie: new Uint8Array(16),
      time: AT.wall,
    } as const;
    return key.greetings.close(writeDatagram(welcome));
  }
  if (datagram.kind !== KIND_REQUEST) return undefined;
  const { caller, nonce, cookie, subject, counter } = datagram;
  const body = bodies.shift() ?? new Uint8Array(0);
  const seal = key.session(caller, called, nonce, cookie);
  return seal.close(writeDatagram({ kind: KIND_ANSWER, subject, nonce, counter, body }));
}
