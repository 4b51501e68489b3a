import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  CLASSIC_HEADER,
  classicPartLength,
  classicResource,
  MAX_CLASSIC_LENGTH,
  MAX_CLASSIC_PART,
  readClassicDroplet,
  readClassicRequest,
  writeClassicHeader,
  writeClassicRequest,
} from '../../core/wire/classic.ts';
import { readControl, writeControl } from '../../core/wire/control.ts';
import { emptyRainHeader, readRain, writeRain } from '../../core/wire/rain.ts';
import { dropletOf, numbers } from '../protocol/simulation/classic-2012.ts';
import { control, rain } from './arbitraries.ts';
import { fromHex, goldenRecord, toHex } from './documented.ts';

const REQUESTS = ['CLASSIC-SUBSCRIBE', 'CLASSIC-UNSUBSCRIBE', 'CLASSIC-PROPAGATE'];
const u64 = fc.oneof(
  fc.constantFrom(0n, 1n, 2n, 3n, 0xa7n, 0x12a7n, 2n ** 64n - 1n),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
);
const resource = u64.map((id) => id.toString(16).padStart(16, '0'));
const port = fc.integer({ min: 1, max: 65_535 });
const request = fc.oneof(
  fc.record({ type: fc.constant('subscribe' as const), resource }),
  fc.record({ type: fc.constant('unsubscribe' as const), resource }),
  fc.record({ type: fc.constant('propagate' as const), resource, port }),
);

test.each(REQUESTS)('%s is written and read as documented', (name) => {
  const { values, bytes } = goldenRecord(name);
  expect(readClassicRequest(bytes)).toEqual(values);
  expect(toHex(writeClassicRequest(values as Parameters<typeof writeClassicRequest>[0]))).toBe(toHex(bytes));
});

test('a droplet is written and read as documented', () => {
  const { values, bytes } = goldenRecord('CLASSIC-DROPLET');
  const documented = values as { resource: string; mask: string; dataLength: number; payload: string };
  const mask = BigInt(`0x${documented.mask}`);
  const payload = fromHex(documented.payload);
  const read = readClassicDroplet(bytes);
  expect(read).toEqual({ resource: documented.resource, mask, dataLength: documented.dataLength, payload });
  const written = new Uint8Array([...new Uint8Array(CLASSIC_HEADER), ...payload]);
  writeClassicHeader(written, documented.resource, mask, documented.dataLength);
  expect(toHex(written)).toBe(toHex(bytes));
});

test('the documented droplet is what 2012 makes of those parts', () => {
  const content = new Uint8Array(64);
  content.set([0xaa, 0xbb]);
  expect(toHex(dropletOf(0x0123456789abcdefn, content, [0, 63]))).toBe(
    toHex(goldenRecord('CLASSIC-DROPLET').bytes),
  );
});

test('any request comes back as it was, in the numbers of 2012', () => {
  fc.assert(
    fc.property(request, (said) => {
      const id = BigInt(`0x${said.resource}`);
      const bytes = writeClassicRequest(said);
      expect(readClassicRequest(bytes)).toEqual(said);
      const type = { subscribe: 1n, unsubscribe: 2n, propagate: 3n }[said.type];
      const rest = said.type === 'propagate' ? [BigInt(said.port)] : [];
      expect(toHex(bytes)).toBe(toHex(numbers(type, id, ...rest)));
    }),
  );
});

test('no request of one wire is a datagram of the other', () => {
  fc.assert(
    fc.property(request, (said) => {
      const bytes = writeClassicRequest(said);
      expect(typeof readControl(bytes)).toBe('string');
      expect(typeof readRain(bytes, emptyRainHeader())).toBe('string');
      expect(readClassicDroplet(bytes)).toBeUndefined();
    }),
  );
  fc.assert(
    fc.property(control, (said) => {
      expect(readClassicRequest(writeControl(said))).toBeUndefined();
    }),
  );
  fc.assert(
    fc.property(rain, (header) => {
      const bytes = new Uint8Array(32 + header.count * header.symbolSize);
      writeRain(bytes, header);
      expect(readClassicRequest(bytes)).toBeUndefined();
    }),
  );
});

test('any droplet of 2012 is read as what it says', () => {
  const parts = fc.uniqueArray(fc.integer({ min: 0, max: 63 }), { minLength: 1, maxLength: 64 });
  fc.assert(
    fc.property(u64, fc.uint8Array({ maxLength: 300 }), parts, (id, content, chosen) => {
      const bytes = dropletOf(id, content, chosen);
      const droplet = readClassicDroplet(bytes);
      expect(droplet?.resource).toBe(classicResource(bytes));
      expect(BigInt(`0x${droplet?.resource}`)).toBe(id);
      expect(droplet?.mask).toBe(chosen.reduce((mask, part) => mask | (1n << BigInt(part)), 0n));
      expect(droplet?.dataLength).toBe(content.length);
      expect(droplet?.payload.length).toBe(Math.floor(content.length / 64) + 1);
    }),
  );
});

test('the largest resource has the largest parts that fit a datagram', () => {
  expect(classicPartLength(MAX_CLASSIC_LENGTH)).toBe(MAX_CLASSIC_PART);
  expect(classicPartLength(MAX_CLASSIC_LENGTH + 1)).toBe(MAX_CLASSIC_PART + 1);
  expect(MAX_CLASSIC_LENGTH).toBe(4_190_399);
  expect(classicPartLength(0)).toBe(1);
});

test.each([
  ['nothing', []],
  ['a type of 0', [0n, 7n]],
  ['a type of 4', [4n, 7n]],
  ['a type with its highest byte set', [1n + 2n ** 56n, 7n]],
  ['a PROPAGATE without port', [3n, 7n]],
  ['a SUBSCRIBE with a port', [1n, 7n, 1980n]],
  ['a port of 0', [3n, 7n, 0n]],
  ['a port of 65536', [3n, 7n, 65_536n]],
  ['a port of 2^32 + 1980', [3n, 7n, 2n ** 32n + 1980n]],
])('%s is no request', (_what, values) => {
  expect(readClassicRequest(numbers(...values))).toBeUndefined();
});

test.each([
  ['no parts', [7n, 0n, 64n, 2n], 2],
  ['no payload', [7n, 1n, 64n, 0n], 0],
  ['a payload that is shorter than it says', [7n, 1n, 64n, 2n], 1],
  ['a payload that is longer than it says', [7n, 1n, 64n, 2n], 3],
  ['a part length that does not follow from the length', [7n, 1n, 64n, 3n], 3],
  ['more than fits this wire', [7n, 1n, 4_190_400n, 65_476n], 65_476],
  ['a length of 2^64 - 1', [7n, 1n, 2n ** 64n - 1n, 2n], 2],
  ['a length that is right in its lowest 32 bits', [7n, 1n, 2n ** 32n + 64n, 2n], 2],
  ['a part length that is right in its lowest 32 bits', [7n, 1n, 64n, 2n ** 32n + 2n], 2],
])('what claims %s is no droplet', (_what, values, payload) => {
  expect(readClassicDroplet(Buffer.concat([numbers(...values), Buffer.alloc(payload)]))).toBeUndefined();
});

test('no bytes whatever are read as more than they hold', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const droplet = readClassicDroplet(bytes);
      if (droplet !== undefined) expect(droplet.payload.length).toBe(bytes.length - CLASSIC_HEADER);
      const said = readClassicRequest(bytes);
      if (said !== undefined) expect(toHex(writeClassicRequest(said))).toBe(toHex(bytes));
    }),
    { numRuns: 5000 },
  );
});
