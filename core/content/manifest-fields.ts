import { encode } from 'cborg';
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

/** The keys of the CBOR map, all of them required but `listing` (folders) and `mac` (private resources). */
const FIELD = { profile: 1, symbolSize: 2, symbolsPerBlock: 3, length: 4, hashes: 5, listing: 6, mac: 7 };

/** A manifest as it is written: nothing verified but shapes and numbers. */
export interface Fields extends Layout {
  readonly hashes: Uint8Array;
  /** CBOR of a {@link Listing}; sealed if there is a MAC. */
  readonly listing: Uint8Array | undefined;
  readonly mac: Uint8Array | undefined;
}

/** The one encoding: a CBOR map in the order of {@link FIELD}. */
export function encodeFields(fields: Fields): Uint8Array {
  const map = new Map<number, number | Uint8Array>([
    [FIELD.profile, PROFILE],
    [FIELD.symbolSize, fields.symbolSize],
    [FIELD.symbolsPerBlock, fields.symbolsPerBlock],
    [FIELD.length, fields.length],
    [FIELD.hashes, fields.hashes],
  ]);
  if (fields.listing !== undefined) map.set(FIELD.listing, fields.listing);
  if (fields.mac !== undefined) map.set(FIELD.mac, fields.mac);
  return new Uint8Array(encode(map));
}

/** The fields in `bytes`, in bounds and fitting one another. Throws Failure('bad-manifest'). */
export function decodeFields(bytes: Uint8Array): Fields {
  const reader = new CborReader(bytes);
  const count = reader.map('the number of fields', Object.keys(FIELD).length);
  let left = count;
  const field = (key: number, what: string): void => {
    left -= 1;
    const found = left < 0 ? undefined : reader.uint('the key of a field', Number.MAX_SAFE_INTEGER);
    if (found !== key)
      throw badManifest(
        found === undefined ? `${what} is missing` : `field ${found} stands where ${what} should`,
      );
  };
  field(FIELD.profile, 'the profile');
  const profile = reader.uint('the profile', Number.MAX_SAFE_INTEGER);
  if (profile !== PROFILE)
    throw badManifest(`it is of code profile ${profile}, and this version knows ${PROFILE}`);
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
  const [listing, mac] = readOptional(reader, left);
  reader.end();
  const fields = { symbolSize, symbolsPerBlock, length, hashes, listing, mac };
  // The reader is strict already; this also finds text that is no UTF-8, and what nobody has thought of.
  if (Buffer.compare(encodeFields(fields), bytes) !== 0) throw badManifest('it is not in canonical form');
  return fields;
}

function readOptional(reader: CborReader, count: number): [Uint8Array | undefined, Uint8Array | undefined] {
  let listing: Uint8Array | undefined;
  let mac: Uint8Array | undefined;
  for (let i = 0; i < count; i++) {
    const key = reader.uint('the key of a field', Number.MAX_SAFE_INTEGER);
    if (key === FIELD.listing && listing === undefined && mac === undefined) {
      listing = reader.bytes('the listing');
    } else if (key === FIELD.mac && mac === undefined) {
      mac = reader.bytes('the MAC');
      if (mac.length !== MAC_BYTES) throw badManifest(`its MAC has ${mac.length} bytes`);
    } else throw badManifest(`field ${key} is unknown or out of place`);
  }
  return [listing, mac];
}
