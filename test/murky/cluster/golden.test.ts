/** docs/murky-wire.md and the code say the same: every golden record is read from there. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  readAsked,
  readFound,
  readHeld,
  readIds,
  readPeers,
  writeAsked,
  writeFound,
  writeHeld,
  writeIds,
  writePeers,
} from '../../../core/murky/cluster/bodies.ts';
import {
  KIND_ANSWER,
  KIND_HELLO,
  KIND_REQUEST,
  KIND_WELCOME,
  readDatagram,
  SUBJECT_WANT,
  writeDatagram,
} from '../../../core/murky/cluster/datagram.ts';
import { ClusterKey } from '../../../core/murky/cluster/key.ts';
import { decodeRecord, type EntryRecord, encodeRecord } from '../../../core/murky/record.ts';

const text = readFileSync(new URL('../../../docs/murky-wire.md', import.meta.url), 'utf8');
const key = new ClusterKey(Uint8Array.from({ length: 32 }, (_, index) => index));
const id = '00000000000007c6';
const caller = 'fedcba9876543210';
const called = '0011223344556677';
const nonce = '0123456789abcdef';
const cookie = bytesOf('00112233445566778899aabbccddeeff');
const time = 1793491200000;
const tombstone: EntryRecord = {
  kind: 'tombstone',
  id,
  version: { time: time + 1, counter: 0, writer: caller },
};
const content: EntryRecord = {
  kind: 'content',
  id,
  version: { time, counter: 3, writer: caller },
  size: 1234567,
  digest: bytesOf('0123456789abcdef000102030405060708090a0b0c0d0e0f1011121314151617'),
  contentType: 'text/plain',
};

function bytesOf(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replace(/\s/g, ''), 'hex'));
}

function golden(name: string): Uint8Array {
  const found = text.match(new RegExp(`^\`\`\`hex ${name}\n([^\`]*)^\`\`\`$`, 'm'));
  if (found === null) throw new Error(`docs/murky-wire.md has no record ${name}`);
  return bytesOf(found[1]);
}

test.each([
  ['CONTENT', content],
  ['TOMBSTONE', tombstone],
] as const)('the record %s is written and read as documented', (name, record) => {
  expect(encodeRecord(record)).toEqual(golden(name));
  expect(decodeRecord(golden(name))).toEqual(record);
});

test.each([
  ['HELLO', { kind: KIND_HELLO, caller, nonce }],
  ['WELCOME', { kind: KIND_WELCOME, called, caller, nonce, cookie, time }],
] as const)('%s is written, sealed and read as documented', (name, datagram) => {
  expect(key.greetings.close(writeDatagram(datagram))).toEqual(golden(name));
  expect(key.greetings.holds(golden(name))).toBe(true);
  expect(readDatagram(golden(name))).toEqual(datagram);
});

test('REQUEST and ANSWER are written, sealed and read as documented', () => {
  const seal = key.session(caller, called, nonce, cookie);
  const common = { subject: SUBJECT_WANT, nonce, counter: 7 } as const;
  const request = { ...common, kind: KIND_REQUEST, caller, cookie, body: writeIds([id]) } as const;
  const answer = { ...common, kind: KIND_ANSWER, body: writeFound(1, [tombstone]) } as const;
  expect(seal.close(writeDatagram(request))).toEqual(golden('REQUEST'));
  expect(seal.close(writeDatagram(answer))).toEqual(golden('ANSWER'));
  expect(readDatagram(golden('REQUEST'))).toEqual(request);
  expect(readDatagram(golden('ANSWER'))).toEqual(answer);
  expect(readIds(request.body)).toEqual([id]);
  expect(readFound(answer.body)).toEqual({ looked: 1, records: [tombstone] });
});

test('a question and its answer are written and read as documented', () => {
  const asked = [
    { span: { from: 0, bits: 0 }, sum: 0x0123456789abcdefn },
    { span: { from: 0xab0000000000, bits: 8 }, sum: 0n },
  ];
  expect(writeAsked(asked)).toEqual(golden('ASKED'));
  expect(readAsked(golden('ASKED'))).toEqual(asked);
  const sums = Array.from({ length: 16 }, (_, index) => BigInt(index));
  const items = [{ id, hash: 0x0123456789abcdefn }];
  const held = [{ kind: 'same' }, { kind: 'items', items }, { kind: 'parts', sums }] as const;
  expect(writeHeld(held)).toEqual(golden('HELD'));
  expect(readHeld(golden('HELD'))).toEqual(held);
});

test('peers are written and read as documented', () => {
  const peers = { time, addresses: ['192.0.2.1:1980', '[2001:db8::1]:1980'] };
  expect(writePeers(peers)).toEqual(golden('PEERS'));
  expect(readPeers(golden('PEERS'))).toEqual(peers);
});

test('every table has no gap and no overlap', () => {
  const tables = text.split('| at | size | field | rule |\n|---|---|---|---|\n').slice(1);
  expect(tables.length).toBe(5);
  for (const table of tables) {
    let end = 0;
    for (const row of table.split('\n\n', 1)[0].split('\n')) {
      const [, at, size] = row.split('|').map((cell) => cell.trim());
      if (!/^\d+$/.test(at)) break;
      expect(Number(at), row).toBe(end);
      end += /^\d+$/.test(size) ? Number(size) : 0;
    }
  }
});
