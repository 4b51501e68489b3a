import { encode } from 'cborg';
import { Failure } from '../failure.ts';
import { badManifest, CborReader } from './cbor-reader.ts';
import { blockCount, type Layout } from './layout.ts';
import { MAC_BYTES } from './seal.ts';

/** Of the code, by docs/wire.md: the one there is. */
export const PROFILE = 1;
export const DEFAULT_SYMBOL_SIZE = 1152;
export const DEFAULT_SYMBOLS_PER_BLOCK = 1024;
export const MAX_MANIFEST_BYTES = 64 * 2 ** 20;
export const MAX_LENGTH = 2 ** 50;
export const HASH_BYTES = 32;

/**
 * Of the manifest. Field 1 was written as the code profile, which is 1 in both: who knows version 1 alone says of a
 * manifest of version 2 that it does not know its profile.
 */
export type ManifestVersion = 1 | 2;

/** The keys of the CBOR map, all of them required but `contents` (see contents.ts) and `mac` (private resources). */
const FIELD = { version: 1, symbolSize: 2, symbolsPerBlock: 3, length: 4, hashes: 5, contents: 6, mac: 7 };

/** A manifest as it is written: nothing verified but shapes and numbers. */
export interface Fields extends Layout {
  readonly version: ManifestVersion;
  readonly hashes: Uint8Array;
  /** What is in the folder, and more; sealed if there is a MAC. */
  readonly contents: Uint8Array | undefined;
  readonly mac: Uint8Array | undefined;
}

/** The one encoding: a CBOR map in the order of {@link FIELD}. */
export function encodeFields(fields: Fields): Uint8Array {
  const map = new Map<number, number | Uint8Array>([
    [FIELD.version, fields.version],
    [FIELD.symbolSize, fields.symbolSize],
    [FIELD.symbolsPerBlock, fields.symbolsPerBlock],
    [FIELD.length, fields.length],
    [FIELD.hashes, fields.hashes],
  ]);
  if (fields.contents !== undefined) map.set(FIELD.contents, fields.contents);
  if (fields.mac !== undefined) map.set(FIELD.mac, fields.mac);
  return new Uint8Array(encode(map));
}

/** The fields in `bytes`, in bounds and fitting one another. Throws Failure('bad-manifest'). */
export function decodeFields(bytes: Uint8Array): Fields {
  const reader = new CborReader(bytes);
  // Room for what a newer version may have: it is refused by its number.
  let left = reader.map('the number of fields', 255);
  const field = (key: number, what: string): void => {
    left -= 1;
    const found = left < 0 ? undefined : reader.uint('the key of a field', Number.MAX_SAFE_INTEGER);
    if (found !== key)
      throw badManifest(
        found === undefined ? `${what} is missing` : `field ${found} stands where ${what} should`,
      );
  };
  field(FIELD.version, 'the version');
  const version = reader.uint('the version', Number.MAX_SAFE_INTEGER);
  if (version !== 1 && version !== 2) throw newerManifest(version);
  field(FIELD.symbolSize, 'the symbol size');
  const symbolSize = reader.uint('the symbol size', DEFAULT_SYMBOL_SIZE);
  if (symbolSize < 64 || symbolSize % 64 !== 0)
    throw badManifest(`the symbol size ${symbolSize} is not a multiple of 64`);
  field(FIELD.symbolsPerBlock, 'the number of symbols per block');
  const symbolsPerBlock = reader.uint('the number of symbols per block', 1024);
  if (symbolsPerBlock < 4) throw badManifest(`a block has ${symbolsPerBlock} symbols, fewer than 4`);
  field(FIELD.length, 'the length');
  const length = reader.uint('the length', MAX_LENGTH);
  field(FIELD.hashes, 'the hashes');
  const hashes = reader.bytes('the hashes');
  const blocks = blockCount({ length, symbolSize, symbolsPerBlock });
  if (hashes.length !== blocks * HASH_BYTES)
    throw badManifest(`${length} bytes are ${blocks} blocks, and it has ${hashes.length} bytes of hashes`);
  const [contents, mac] = readOptional(reader, left);
  reader.end();
  if (version === 2 && contents === undefined) throw badManifest('it has no contents');
  const fields = { version, symbolSize, symbolsPerBlock, length, hashes, contents, mac } as const;
  // The reader is strict already; this also finds text that is no UTF-8, and what nobody has thought of.
  if (Buffer.compare(encodeFields(fields), bytes) !== 0) throw badManifest('it is not in canonical form');
  return fields;
}

function readOptional(reader: CborReader, count: number): [Uint8Array | undefined, Uint8Array | undefined] {
  let contents: Uint8Array | undefined;
  let mac: Uint8Array | undefined;
  for (let i = 0; i < count; i++) {
    const key = reader.uint('the key of a field', Number.MAX_SAFE_INTEGER);
    if (key === FIELD.contents && contents === undefined && mac === undefined) {
      contents = reader.bytes('the contents');
    } else if (key === FIELD.mac && mac === undefined) {
      mac = reader.bytes('the MAC');
      if (mac.length !== MAC_BYTES) throw badManifest(`its MAC has ${mac.length} bytes`);
    } else throw badManifest(`field ${key} is unknown or out of place`);
  }
  return [contents, mac];
}

function newerManifest(version: number): Failure {
  return new Failure(
    'bad-manifest',
    `The manifest is of version ${version}, and this program knows 1 and 2.`,
    'Update Pouring Rain, or ask for a share made by an older one.',
  );
}
