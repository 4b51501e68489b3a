import { createCipheriv, createDecipheriv, randomBytes, timingSafeEqual } from 'node:crypto';
import { blake3 } from './blake3.ts';

/**
 * The sealing of private resources. From the content key, 16 random bytes that only the link carries, BLAKE3
 * derive_key makes one key for each purpose; its contexts below are part of the format:
 *
 * | context                                     | material                           | gives                    |
 * |---------------------------------------------|------------------------------------|--------------------------|
 * | `pouring-rain 2026-01 seal of a block`      | content key, block number (u64 LE) | AES-128 key, CTR counter |
 * | `pouring-rain 2026-01 seal of a listing`    | content key                        | AES-128-GCM key          |
 * | `pouring-rain 2026-01 nonce of a listing`   | content key                        | BLAKE3 key for the nonce |
 * | `pouring-rain 2026-01 seal of a name`       | content key                        | AES-128-GCM key          |
 * | `pouring-rain 2026-01 mac of a manifest`    | content key                        | BLAKE3 key               |
 *
 * A content key seals one content, ever: two contents under one key would share the key stream of each block.
 * So who shares draws a new one, and a link's key is taken only for content that was checked to be the same.
 */
const CONTEXT = {
  block: 'pouring-rain 2026-01 seal of a block',
  listing: 'pouring-rain 2026-01 seal of a listing',
  listingNonce: 'pouring-rain 2026-01 nonce of a listing',
  name: 'pouring-rain 2026-01 seal of a name',
  mac: 'pouring-rain 2026-01 mac of a manifest',
} as const;

const CONTENT_KEY_BYTES = 16;
export const MAC_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export function newContentKey(): Uint8Array {
  return new Uint8Array(randomBytes(CONTENT_KEY_BYTES));
}

/** Seals the bytes of block `block` where they lie; they may lie in a SharedArrayBuffer. */
export function sealBlock(contentKey: Uint8Array, block: number, bytes: Uint8Array): void {
  const derived = deriveKey(CONTEXT.block, contentKey, u64(block));
  // The counter starts at a derived value and not at zero, so that one guess at a key does not test all blocks.
  const cipher = createCipheriv('aes-128-ctr', derived.subarray(0, 16), derived.subarray(16));
  bytes.set(cipher.update(bytes));
}

/** The reverse of {@link sealBlock}. A counter mode is its own reverse, and authenticates nothing: verify first. */
export const unsealBlock: typeof sealBlock = sealBlock;

/**
 * Nonce, ciphertext, tag. The nonce is a keyed hash of the listing: the same listing under the same key seals to
 * the same bytes, so that a manifest can be built again, and different ones never share a nonce.
 */
export function sealListing(contentKey: Uint8Array, listing: Uint8Array): Uint8Array {
  const nonce = blake3
    .keyedHash(deriveKey(CONTEXT.listingNonce, contentKey), listing)
    .subarray(0, NONCE_BYTES);
  return sealGcm(gcmKey(CONTEXT.listing, contentKey), nonce, listing);
}

/** Undefined if it was not sealed under this key. */
export function unsealListing(contentKey: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  return unsealGcm(gcmKey(CONTEXT.listing, contentKey), sealed);
}

/** The name hint that travels beside the manifest of a private resource: nonce, ciphertext, tag. */
export function sealName(contentKey: Uint8Array, name: string): Uint8Array {
  return sealGcm(gcmKey(CONTEXT.name, contentKey), randomBytes(NONCE_BYTES), Buffer.from(name));
}

/** Undefined if it was not sealed under this key. What it gives is a hint still: see safeName. */
export function unsealName(contentKey: Uint8Array, sealed: Uint8Array): string | undefined {
  const name = unsealGcm(gcmKey(CONTEXT.name, contentKey), sealed);
  return name && Buffer.from(name).toString();
}

/** Proves to who has the content key that who made `rest`, a manifest without its MAC, had it too. 32 bytes. */
export function manifestMac(contentKey: Uint8Array, rest: Uint8Array): Uint8Array {
  return blake3.keyedHash(deriveKey(CONTEXT.mac, contentKey), rest);
}

/** In time that does not depend on where they differ. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

function deriveKey(
  context: string,
  contentKey: Uint8Array,
  more: Uint8Array = new Uint8Array(0),
): Uint8Array {
  if (contentKey.length !== CONTENT_KEY_BYTES) throw new RangeError('a content key has 16 bytes');
  return blake3.deriveKey(context, Buffer.concat([contentKey, more]));
}

function gcmKey(context: string, contentKey: Uint8Array): Uint8Array {
  return deriveKey(context, contentKey).subarray(0, 16);
}

function sealGcm(key: Uint8Array, nonce: Uint8Array, clear: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-128-gcm', key, nonce);
  const body = [cipher.update(clear), cipher.final()];
  return new Uint8Array(Buffer.concat([nonce, ...body, cipher.getAuthTag()]));
}

function unsealGcm(key: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  if (sealed.length < NONCE_BYTES + TAG_BYTES) return undefined;
  const options = { authTagLength: TAG_BYTES };
  const decipher = createDecipheriv('aes-128-gcm', key, sealed.subarray(0, NONCE_BYTES), options);
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  const clear = decipher.update(sealed.subarray(NONCE_BYTES, -TAG_BYTES));
  try {
    decipher.final();
  } catch {
    return undefined;
  }
  return new Uint8Array(clear);
}

function u64(value: number): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
