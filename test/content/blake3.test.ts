import { expect, test } from 'vitest';
import { blake3 } from '../../core/content/blake3.ts';
import { openNative, openWasm } from '../../core/content/blake3-backend.ts';

const KEY = Buffer.from('whats the Elvish word for friend');
const CONTEXT = 'BLAKE3 2019-12-27 16:29:52 test vectors context';

/** From test_vectors.json of BLAKE3-team/BLAKE3, first 32 bytes: input length, hash, keyed hash, derived key. */
const VECTORS: readonly [number, string, string, string][] = [
  [
    0,
    'af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262',
    '92b2b75604ed3c761f9d6f62392c8a9227ad0ea3f09573e783f1498a4ed60d26',
    '2cc39783c223154fea8dfb7c1b1660f2ac2dcbd1c1de8277b0b0dd39b7e50d7d',
  ],
  [
    1,
    '2d3adedff11b61f14c886e35afa036736dcd87a74d27b5c1510225d0f592e213',
    '6d7878dfff2f485635d39013278ae14f1454b8c0a3a2d34bc1ab38228a80c95b',
    'b3e2e340a117a499c6cf2398a19ee0d29cca2bb7404c73063382693bf66cb06c',
  ],
  [
    1023,
    '10108970eeda3eb932baac1428c7a2163b0e924c9a9e25b35bba72b28f70bd11',
    'c951ecdf03288d0fcc96ee3413563d8a6d3589547f2c2fb36d9786470f1b9d6e',
    '74a16c1c3d44368a86e1ca6df64be6a2f64cce8f09220787450722d85725dea5',
  ],
  [
    1024,
    '42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7',
    '75c46f6f3d9eb4f55ecaaee480db732e6c2105546f1e675003687c31719c7ba4',
    '7356cd7720d5b66b6d0697eb3177d9f8d73a4a5c5e968896eb6a689684302706',
  ],
  [
    1025,
    'd00278ae47eb27b34faecf67b4fe263f82d5412916c1ffd97c8cb7fb814b8444',
    '357dc55de0c7e382c900fd6e320acc04146be01db6a8ce7210b7189bd664ea69',
    'effaa245f065fbf82ac186839a249707c3bddf6d3fdda22d1b95a3c970379bcb',
  ],
  [
    3073,
    '7124b49501012f81cc7f11ca069ec9226cecb8a2c850cfe644e327d22d3e1cd3',
    '68dede9bef00ba89e43f31a6825f4cf433389fedae75c04ee9f0cf16a427c95a',
    '72613c9ec9ff7e40f8f5c173784c532ad852e827dba2bf85b2ab4b76f7079081',
  ],
  [
    7169,
    'a003fc7a51754a9b3c7fae0367ab3d782dccf28855a03d435f8cfe74605e7817',
    'ed9b1a922c046fdb3d423ae34e143b05ca1bf28b710432857bf738bcedbfa511',
    '554b0a5efea9ef183f2f9b931b7497995d9eb26f5c5c6dad2b97d62fc5ac31d9',
  ],
];

const backends = await Promise.all([openNative(), openWasm()]);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

function input(length: number): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(length)).map((_, i) => i % 251);
}

test('the native binding is taken where it loads', () => {
  expect(blake3.name).toBe('native');
});

for (const backend of backends) {
  test.each(VECTORS)(
    `${backend.name} agrees with the official vectors at %i bytes`,
    (length, hash, keyed, derived) => {
      const bytes = input(length);
      expect(hex(backend.hash(bytes))).toBe(hash);
      expect(hex(backend.keyedHash(KEY, bytes))).toBe(keyed);
      expect(hex(backend.deriveKey(CONTEXT, bytes))).toBe(derived);
      const hasher = backend.hasher();
      for (let at = 0; at < length; at += 700) hasher.update(bytes.subarray(at, at + 700));
      expect(hex(hasher.digest())).toBe(hash);
    },
  );
}

test('both give the same for a whole block', () => {
  const bytes = input(1024 * 1152);
  const [native, wasm] = backends;
  expect(hex(wasm.hash(bytes))).toBe(hex(native.hash(bytes)));
  expect(hex(wasm.keyedHash(KEY, bytes))).toBe(hex(native.keyedHash(KEY, bytes)));
});

test.each(backends)('$name hashes streams that go by at once as it does each alone', (backend) => {
  const bytes = input(5000);
  const streams = [backend.hasher(), backend.hasher(), backend.hasher()];
  for (let at = 0; at < bytes.length; at += 700) {
    for (const stream of streams) stream.update(bytes.subarray(at, at + 700));
    backend.hash(bytes);
  }
  streams[2].update(bytes);
  const twice = Buffer.concat([bytes, bytes]);
  expect(streams.map((stream) => hex(stream.digest()))).toEqual(
    [bytes, bytes, twice].map((all) => hex(backend.hash(all))),
  );
});
