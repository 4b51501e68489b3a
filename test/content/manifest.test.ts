import { encode } from 'cborg';
import fc from 'fast-check';
import { expect, expectTypeOf, test } from 'vitest';
import { blake3 } from '../../core/content/blake3.ts';
import {
  comparePaths,
  decodeListing,
  encodeListing,
  folderCount,
  type Listing,
} from '../../core/content/listing.ts';
import {
  encodeManifest,
  identify,
  isGenuineBlock,
  type Manifest,
  type ManifestBody,
  parseManifest,
  type ResourceId,
} from '../../core/content/manifest.ts';
import { manifestMac, sealListing } from '../../core/content/seal.ts';
import type { ResourceId as LinkId } from '../../core/wire/link.ts';
import { noise } from './temporary.ts';

const KEY = Uint8Array.from({ length: 16 }, (_, i) => i);
const SMALL = { symbolSize: 64, symbolsPerBlock: 4 };

function body(length: number, listing?: Listing): ManifestBody {
  return { ...SMALL, length, hashes: noise(Math.ceil(length / 256) * 32), listing };
}

function parse(bytes: Uint8Array, key?: Uint8Array): Manifest {
  return parseManifest(bytes, { id: identify(bytes).id, key });
}

/** The manifest of 300 bytes in two blocks, as CBOR, with some fields set otherwise or, undefined, left out. */
function forged(change: Record<number, unknown> = {}): Uint8Array {
  const fields: Record<number, unknown> = { 1: 1, 2: 64, 3: 4, 4: 300, 5: noise(64), ...change };
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  return encode(new Map(entries.map(([key, value]) => [Number(key), value])));
}

/** The same with a run of its bytes, in hex, exchanged for another. */
function forgedWith(run: string, other: string): Uint8Array {
  const hex = Buffer.from(forged()).toString('hex');
  expect(hex).toContain(run);
  return Buffer.from(hex.replace(run, other), 'hex');
}

const refused = (code: string, reason: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(reason) });

test('the id is the same type in links and in manifests', () => {
  expectTypeOf<ResourceId>().toEqualTypeOf<LinkId>();
});

test('the bytes of a manifest do not change by accident', () => {
  const listing: Listing = [
    { kind: 'file', path: 'a', length: 1, executable: true },
    { kind: 'folder', path: 'b' },
  ];
  const bytes = encodeManifest({ ...SMALL, length: 1, hashes: new Uint8Array(32), listing });
  expect(Buffer.from(bytes).toString('hex')).toBe(
    `a6${'0101'}${'021840'}${'0304'}${'0401'}${'055820'}${'00'.repeat(32)}${'0649'}${'8283616101f5816162'}`,
  );
  expect(identify(bytes).id).toBe(Buffer.from(blake3.hash(bytes)).toString('hex', 0, 8));
});

const component = fc
  .stringMatching(/^[a-zåж写👨_-]{1,12}$/u)
  .filter((name) => !/^(con|nul|aux|prn)$/.test(name));
const listing = fc
  .uniqueArray(fc.tuple(fc.array(component, { minLength: 1, maxLength: 3 }), fc.nat(999), fc.boolean()), {
    maxLength: 20,
    // One top level each, so that no path runs into another.
    selector: ([[top]]) => top,
  })
  .map((entries) =>
    entries
      .map(([parts, length, executable]) => ({
        kind: 'file' as const,
        path: parts.join('/'),
        length,
        executable,
      }))
      .sort((a, b) => comparePaths(a.path, b.path)),
  );

test('what is encoded is parsed as the same, public, private and sealed', () => {
  fc.assert(
    fc.property(fc.option(listing, { nil: undefined }), fc.nat(5000), (entries, n) => {
      const length = entries ? entries.reduce((sum, entry) => sum + entry.length, 0) : n;
      const made = body(length, entries);
      const open = encodeManifest(made);
      expect(parse(open)).toEqual({ access: 'public', ...made, ...identify(open) });
      const closed = encodeManifest(made, KEY);
      expect(parse(closed, KEY)).toEqual({ access: 'private', key: KEY, ...made, ...identify(closed) });
      const { listing: _, ...rest } = made;
      expect(parse(closed)).toEqual({ access: 'sealed', ...rest, ...identify(closed) });
      expect(encodeManifest(made, KEY)).toEqual(closed);
    }),
  );
});

test('the names in a private manifest are not in it to be read', () => {
  const made = body(1, [{ kind: 'file', path: 'a secret name', length: 1, executable: false }]);
  expect(Buffer.from(encodeManifest(made)).includes('a secret name')).toBe(true);
  expect(Buffer.from(encodeManifest(made, KEY)).includes('secret')).toBe(false);
});

test('no bit of a manifest can be turned, and none of it cut off', () => {
  const bytes = encodeManifest(body(300, [{ kind: 'file', path: 'a', length: 300, executable: false }]), KEY);
  const { id } = identify(bytes);
  for (let i = 0; i < bytes.length * 8; i++) {
    const turned = Uint8Array.from(bytes);
    turned[i >> 3] ^= 1 << (i & 7);
    expect(() => parseManifest(turned, { id })).toThrow(refused('bad-manifest', 'it is that of'));
    // Under an id of its own, as a forger without the key would publish it.
    expect(() => parse(turned, KEY)).toThrow(
      expect.objectContaining({ code: expect.stringMatching(/^(bad-manifest|wrong-key)$/) }),
    );
  }
  for (let i = 0; i < bytes.length; i++)
    expect(() => parse(bytes.subarray(0, i))).toThrow(expect.objectContaining({ code: 'bad-manifest' }));
});

test('the id alone is not enough when the link has the digest', () => {
  const bytes = forged();
  const { id, digest } = identify(bytes);
  expect(parseManifest(bytes, { id, digest }).id).toBe(id);
  const other = Uint8Array.from(digest);
  other[31] ^= 1;
  expect(() => parseManifest(bytes, { id, digest: other })).toThrow(refused('bad-manifest', 'forged'));
});

test('a wrong key, a forged MAC and a public manifest under a private link are refused', () => {
  const bytes = encodeManifest(body(300), KEY);
  expect(() => parse(bytes, KEY.toReversed())).toThrow(refused('wrong-key', 'does not fit'));
  expect(() => parse(forged({ 7: new Uint8Array(32) }), KEY)).toThrow(refused('wrong-key', 'does not fit'));
  expect(() => parse(forged(), KEY)).toThrow(refused('wrong-key', 'does not fit'));
});

test('a private listing is judged like a public one', () => {
  const clear = encode([['../x', 300, false]]);
  const sealed = sealListing(KEY, clear);
  const bytes = forged({ 6: sealed, 7: manifestMac(KEY, forged({ 6: sealed })) });
  expect(parse(bytes).access).toBe('sealed');
  expect(() => parse(bytes, KEY)).toThrow(refused('bad-manifest', '".."'));
});

test.each<[string, Uint8Array, string]>([
  ['nothing', new Uint8Array(0), 'ends before the number of fields'],
  ['text', encode('hello'), 'wrong type (string)'],
  ['an array', encode([1, 64]), 'wrong type (array)'],
  ['a deep nest', new Uint8Array(100_000).fill(0x81), 'wrong type (array)'],
  ['no fields', encode(new Map()), 'the version is missing'],
  ['no hashes', forged({ 5: undefined }), 'the hashes is missing'],
  ['another field first', forged({ 0: 1 }), 'field 0 stands where the version should'],
  ['an unknown field', forged({ 8: 1 }), 'field 8 is unknown'],
  ['too many fields', forged({ 8: 1, 9: 1, 10: 1 }), 'field 8 is unknown'],
  ['version 2 without what is new in it', forged({ 1: 2 }), 'no contents'],
  ['a later version', forged({ 1: 3 }), 'version 3, and this program knows 1 and 2'],
  ['a later version with more fields', forged({ 1: 3, 6: 1, 7: 1, 8: 1 }), 'version 3'],
  ['symbols of 0', forged({ 2: 0 }), 'symbol size 0'],
  ['symbols of 65', forged({ 2: 65 }), 'symbol size 65'],
  ['symbols of 1216', forged({ 2: 1216 }), 'symbol size is 1216, more than 1152'],
  ['blocks of 3', forged({ 3: 3 }), 'fewer than 4'],
  ['blocks of 1025', forged({ 3: 1025 }), 'more than 1024'],
  ['a negative length', forged({ 4: -1 }), 'wrong type (negint)'],
  ['a fractional length', forged({ 4: 1.5 }), 'wrong type (float)'],
  ['a length beyond 2^50', forged({ 4: 2 ** 50 + 1 }), 'more than'],
  ['a length beyond 2^53', forged({ 4: 2n ** 63n }), 'no CBOR'],
  ['more blocks than hashes', forged({ 4: 513 }), '513 bytes are 3 blocks'],
  ['fewer blocks than hashes', forged({ 4: 256 }), '256 bytes are 1 blocks'],
  ['half a hash', forged({ 5: noise(63) }), '63 bytes of hashes'],
  ['hashes as text', forged({ 5: 'x' }), 'wrong type (string)'],
  ['a listing that is no bytes', forged({ 6: [] }), 'wrong type (array)'],
  ['a short MAC', forged({ 7: noise(16) }), 'MAC has 16 bytes'],
  ['bytes behind it', Buffer.concat([forged(), Buffer.of(0)]), '1 bytes too many'],
  ['a long form of a number', Buffer.from('a5180101', 'hex'), 'no CBOR'],
  [
    'a long form of the number of fields',
    Buffer.concat([Buffer.of(0xb8, 5), forged().subarray(1)]),
    'no CBOR',
  ],
  ['a long form of the length of a string', forgedWith('055840', '05590040'), 'no CBOR'],
  ['a length without end', Buffer.from('bf0101ff', 'hex'), 'no CBOR'],
  ['bytes that are not there', Buffer.from('a50101021840030404190100055a7fffffff', 'hex'), 'no CBOR'],
])('%s: refused', (_, bytes, reason) => {
  expect(() => parse(bytes)).toThrow(refused('bad-manifest', reason));
});

test('more than 64 MiB are refused before they are looked at', () => {
  expect(() => parseManifest(new Uint8Array(64 * 2 ** 20 + 1), { id: '' })).toThrow(
    refused('bad-manifest', 'larger'),
  );
});

const file = (path: unknown, length: unknown = 0) => [path, length, false];

test.each<[string, unknown, string]>([
  ['no array', 1, 'wrong type (uint)'],
  ['an entry that is none', [1], 'wrong type (uint)'],
  ['an entry of two items', [['a', 1]], 'entry 0 has 2 items'],
  ['an entry of four items', [['a', 1, true, 1]], 'is 4, more than 3'],
  ['a path that is bytes', [file(noise(3))], 'wrong type (bytes)'],
  ['a flag that is a number', [['a', 300, 1]], 'wrong type (uint)'],
  ['a length beyond the total', [file('a', 301)], 'is 301, more than 300'],
  ['lengths beyond the total', [file('a', 200), file('b', 200)], 'more than the 300 bytes'],
  ['lengths short of the total', [file('a', 299)], '299 bytes and not the 300'],
  ['out of order', [file('b', 300), file('a')], '"a" is not in order'],
  ['in the order of UTF-16', [file('\u{1f468}', 300), file('\uffee')], 'is not in order'],
  ['twice the same', [file('a', 300), file('a')], 'twice'],
  ['names that meet', [file('A', 300), file('a')], 'meets "A"'],
  ['a file in a file', [file('a', 300), file('a/b')], 'both a file and a folder'],
  ['a file in an empty folder', [['a'], file('a/b', 300)], 'said to be empty'],
  ['a way out', [file('../a', 300)], '".."'],
  ['an absolute path', [file('/a', 300)], 'absolute'],
  ['a device', [['nul']], 'device'],
])('a listing with %s is refused', (_, entries, reason) => {
  expect(() => parse(forged({ 6: encode(entries) }))).toThrow(refused('bad-manifest', reason));
});

test('a listing that claims more entries than it may is refused before they are read', () => {
  const million = Buffer.from('9a000f4241', 'hex');
  expect(() => decodeListing(million, 0)).toThrow(refused('bad-manifest', 'is 1000001, more than 1000000'));
  const short = Buffer.from('9a000f4240', 'hex');
  expect(() => decodeListing(short, 0)).toThrow(refused('bad-manifest', 'ends before entry 0'));
});

test('a listing of a few entries that stands for more than 250,000 folders is refused while it is read', () => {
  const deep = (items: number) =>
    encode(Array.from({ length: items }, (_, i) => [`${String(i).padStart(5, '0')}${'/a'.repeat(49)}`]));
  expect(folderCount(decodeListing(deep(5000), 0))).toBe(250_001);
  const before = process.memoryUsage().heapUsed;
  // 50 million folders, were they all read.
  expect(() => decodeListing(deep(100_000), 0)).toThrow(refused('bad-manifest', 'more than 250000 folders'));
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(400 * 2 ** 20);
});

test('the folders of a listing are all that paths lead through, and the one that they are in', () => {
  const name = fc.constantFrom('a', 'a-b', 'b', 'B', '\u{1f468}', '\uffee');
  const path = fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/'));
  fc.assert(
    fc.property(fc.uniqueArray(path, { maxLength: 20 }), fc.boolean(), (any, empty) => {
      // Nothing is a file, or empty, and has something in it.
      const paths = any.filter((path) => !any.some((other) => other.startsWith(`${path}/`)));
      const kind = empty ? ('folder' as const) : ('file' as const);
      const listing = paths
        .sort(comparePaths)
        .map((path) => (kind === 'file' ? { kind, path, length: 0, executable: false } : { kind, path }));
      const folders = new Set(['']);
      for (const path of paths) {
        const parts = path.split('/');
        for (let depth = 1; depth <= parts.length - (empty ? 0 : 1); depth++)
          folders.add(parts.slice(0, depth).join('/'));
      }
      expect(folderCount(listing)).toBe(folders.size);
    }),
  );
  expect(folderCount(undefined)).toBe(0);
});

test.each([
  ['no UTF-8', '818361ff19012cf4', 'no valid UTF-8'],
  ['begun by a mark that decoders drop', '818364efbbbf6119012cf4', 'has the character U+FEFF'],
])('a path that is %s is refused, and the message says so', (_, hex, reason) => {
  expect(() => parse(forged({ 6: Buffer.from(hex, 'hex') }))).toThrow(refused('bad-manifest', reason));
});

test('paths are in the order of their UTF-8 bytes', () => {
  const text = fc.string({ unit: 'binary', maxLength: 6 });
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(comparePaths(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
    }),
    { numRuns: 2000 },
  );
});

test('whatever the bytes, a manifest or a Failure comes of them', () => {
  const valid = forged({ 6: encodeListing([{ kind: 'file', path: 'a', length: 300, executable: true }]) });
  const mutated = fc
    .array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
    .map((changes) => {
      const bytes = Uint8Array.from(valid);
      for (const [at, value] of changes) bytes[at] = value;
      return bytes;
    });
  fc.assert(
    fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 200 })), (bytes) => {
      try {
        const manifest = parse(bytes);
        // What is accepted has one spelling.
        if (manifest.access === 'public') expect(encodeManifest(manifest)).toEqual(bytes);
      } catch (error) {
        expect(error).toMatchObject({ code: 'bad-manifest' });
      }
    }),
    { numRuns: 3000 },
  );
});

test('a block is genuine by its hash, and with zeros behind it', () => {
  const block = noise(300);
  const manifest = parse(
    encodeManifest({
      symbolSize: 64,
      symbolsPerBlock: 1024,
      length: 300,
      hashes: blake3.hash(block),
      listing: undefined,
    }),
  );
  const padded = new Uint8Array(320);
  padded.set(block);
  expect(isGenuineBlock(manifest, 0, block)).toBe(true);
  expect(isGenuineBlock(manifest, 0, padded)).toBe(true);
  expect(isGenuineBlock(manifest, 0, block.subarray(0, 299))).toBe(false);
  padded[319] = 1;
  expect(isGenuineBlock(manifest, 0, padded)).toBe(false);
  padded[319] = 0;
  padded[0] ^= 1;
  expect(isGenuineBlock(manifest, 0, padded)).toBe(false);
});
