/** What members of a cluster say: datagrams, their bodies, and records. The seals are not in the way here. */
import {
  readAsked,
  readFound,
  readHeld,
  readIds,
  readPeers,
  readRecords,
  writeAsked,
  writeFound,
  writeHeld,
  writeIds,
  writePeers,
  writeRecords,
} from '../../../core/murky/cluster/bodies.ts';
import {
  KIND_ANSWER,
  KIND_HELLO,
  KIND_REQUEST,
  KIND_WELCOME,
  type MemberDatagram,
  readDatagram,
  SUBJECT_COMPARE,
  SUBJECT_PEERS,
  SUBJECT_TELL,
  SUBJECT_WANT,
  type Subject,
  writeDatagram,
} from '../../../core/murky/cluster/datagram.ts';
import { MAC_BYTES } from '../../../core/murky/cluster/key.ts';
import { type EntryRecord, MAX_CONTENT_TYPE } from '../../../core/murky/record.ts';
import { must, type Target } from '../target.ts';

const ID = '0123456789abcdef';
const COOKIE = new Uint8Array(16).fill(7);
const VERSION = { time: 1_800_000_000_000, counter: 1, writer: ID };
const RECORDS: readonly EntryRecord[] = [
  { kind: 'tombstone', id: ID, version: VERSION },
  {
    kind: 'content',
    id: ID,
    version: VERSION,
    size: 5_000_000_000,
    digest: new Uint8Array(32).fill(9),
    contentType: 'text/plain',
  },
];
const SPAN = { bits: 4, from: 0 };
const BODIES: readonly (readonly [Subject, request: Uint8Array, answer: Uint8Array])[] = [
  [SUBJECT_TELL, writeRecords(RECORDS), new Uint8Array(0)],
  [
    SUBJECT_COMPARE,
    writeAsked([{ span: SPAN, sum: 3n }]),
    writeHeld([{ kind: 'same' }, { kind: 'items', items: [{ id: ID, hash: 5n }] }]),
  ],
  [SUBJECT_WANT, writeIds([ID, ID]), writeFound(2, RECORDS)],
  [
    SUBJECT_PEERS,
    new Uint8Array(0),
    writePeers({ time: 1, addresses: ['192.0.2.7:1980', '[2001:db8::1]:9'] }),
  ],
];

export const member: Target = {
  name: 'member',
  seeds: [
    { kind: KIND_HELLO, caller: ID, nonce: ID } as const,
    { kind: KIND_WELCOME, called: ID, caller: ID, nonce: ID, cookie: COOKIE, time: 5 } as const,
    ...BODIES.flatMap(([subject, request, answer]): MemberDatagram[] => [
      { kind: KIND_REQUEST, subject, caller: ID, nonce: ID, cookie: COOKIE, counter: 1, body: request },
      { kind: KIND_ANSWER, subject, nonce: ID, counter: 1, body: answer },
    ]),
  ].map(writeDatagram),
  words: [...BODIES.flat().filter((part) => typeof part !== 'number'), '255.255.255.255:65535', '[::1]:1'],
  batch: 1000,
  take: (input) => {
    const datagram = readDatagram(input);
    if (datagram === undefined) return;
    const again = writeDatagram(datagram);
    again.set(input.subarray(-MAC_BYTES), again.length - MAC_BYTES);
    must(same(again, input), 'a datagram of something else');
    if ('body' in datagram) checkBody(datagram.body);
  },
};

/** As a body of each subject: which one is meant is not to be relied on. */
function checkBody(body: Uint8Array): void {
  const records = readRecords(body);
  if (records !== undefined) {
    must(same(writeRecords(records), body), 'records of something else');
    records.forEach(checkRecord);
  }
  const found = readFound(body);
  if (found !== undefined)
    must(same(writeFound(found.looked, found.records), body), 'finds of something else');
  const asked = readAsked(body);
  if (asked !== undefined) must(same(writeAsked(asked), body), 'a question of something else');
  const held = readHeld(body);
  if (held !== undefined) must(same(writeHeld(held), body), 'an answer of something else');
  const ids = readIds(body);
  if (ids !== undefined) must(same(writeIds(ids), body), 'ids of something else');
  const peers = readPeers(body);
  if (peers !== undefined) must(same(writePeers(peers), body), 'peers of something else');
}

function checkRecord(record: EntryRecord): void {
  if (record.kind === 'tombstone') return;
  must(record.size <= 2 ** 50, 'an entry of more than a pebibyte');
  must(record.contentType.length <= MAX_CONTENT_TYPE, 'a media type that is too long');
  // It becomes a header of HTTP.
  must(/^[\x20-\x7e]*$/.test(record.contentType), 'a media type that ends a header');
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
