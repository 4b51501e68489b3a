import { Failure } from '../failure.ts';
import { blake3 } from './blake3.ts';
import { badManifest } from './cbor-reader.ts';
import { type Contents, decodeContents, encodeContents, versionOf } from './contents.ts';
import { blockLength, type Layout } from './layout.ts';
import { decodeListing } from './listing.ts';
import {
  decodeFields,
  encodeFields,
  HASH_BYTES,
  MAX_MANIFEST_BYTES,
  type ManifestVersion,
} from './manifest-fields.ts';
import { manifestMac, sameBytes, sealListing, unsealListing } from './seal.ts';

/** 16 lower-case hex digits: the first 8 bytes of the digest. The same type as that of core/wire. */
export type ResourceId = string & { readonly brand: 'ResourceId' };

/** What is known of a resource to everyone who has its manifest. */
interface Common extends Layout {
  readonly id: ResourceId;
  /** BLAKE3 of the manifest; 32 bytes. */
  readonly digest: Uint8Array;
  /** BLAKE3 of every block as it travels (sealed, without padding), 32 bytes each, one after the other. */
  readonly hashes: Uint8Array;
}

/** A manifest that can be read. */
export type OpenManifest = Common &
  Contents &
  ({ readonly access: 'public' } | { readonly access: 'private'; readonly key: Uint8Array });

/** That of a private resource without its key: enough to hold and to verify it, not to read it. */
export type SealedManifest = Common & { readonly access: 'sealed' };

export type Manifest = OpenManifest | SealedManifest;

/** What a manifest is made of. */
export interface ManifestBody extends Layout, Contents {
  readonly hashes: Uint8Array;
}

/**
 * The one encoding of a manifest; private if there is a key. It is of the oldest version that can say what there is, so
 * that what was shared before keeps its id. Throws Failure('too-large').
 */
export function encodeManifest(body: ManifestBody, key?: Uint8Array): Uint8Array {
  const version = versionOf(body);
  const clear = encodeContents(body);
  const contents = clear && key ? sealListing(key, clear) : clear;
  const fields = { ...body, version, contents };
  const rest = encodeFields({ ...fields, mac: undefined });
  const bytes = key ? encodeFields({ ...fields, mac: manifestMac(key, rest) }) : rest;
  if (bytes.length > MAX_MANIFEST_BYTES)
    throw new Failure('too-large', 'This is too much for one resource.', 'Share it in several parts.');
  return bytes;
}

/** The name of a manifest. */
export function identify(bytes: Uint8Array): { id: ResourceId; digest: Uint8Array } {
  const digest = blake3.hash(bytes);
  return { id: Buffer.from(digest.subarray(0, 8)).toString('hex') as ResourceId, digest };
}

/** What the link says of the manifest that was fetched for it. */
export interface Expected {
  readonly id: string;
  /** All 32 bytes, if the link has them. */
  readonly digest?: Uint8Array | undefined;
  readonly key?: Uint8Array | undefined;
}

/**
 * The manifest in `bytes`, which came from a stranger. Without a key, that of a private resource is sealed.
 * Throws Failure('bad-manifest') if it is not the one expected, not in canonical form or says what cannot be,
 * and Failure('wrong-key') if it was not made with the key.
 */
export function parseManifest(bytes: Uint8Array, expected: Expected & { key: Uint8Array }): OpenManifest;
export function parseManifest(bytes: Uint8Array, expected: Expected): Manifest;
export function parseManifest(bytes: Uint8Array, expected: Expected): Manifest {
  if (bytes.length > MAX_MANIFEST_BYTES) throw badManifest(`it is larger than ${MAX_MANIFEST_BYTES} bytes`);
  const { id, digest } = identify(bytes);
  if (id !== expected.id) throw badManifest(`it is that of ${id} and not of ${expected.id}`);
  if (expected.digest !== undefined && !sameBytes(digest, expected.digest))
    throw badManifest('it has the id of the link and not its digest: somebody forged it');

  const fields = decodeFields(bytes);
  const { version, contents, mac, ...layout } = fields;
  const common = { id, digest, ...layout };
  const { key } = expected;
  if (key === undefined) {
    if (mac !== undefined) return { access: 'sealed', ...common };
    return { access: 'public', ...common, ...readContents(version, contents, layout.length, 'public') };
  }
  if (mac === undefined || !sameBytes(manifestMac(key, encodeFields({ ...fields, mac: undefined })), mac))
    throw wrongKey();
  const clear = contents && unsealListing(key, contents);
  if (contents !== undefined && clear === undefined) throw wrongKey();
  return { access: 'private', ...common, ...readContents(version, clear, layout.length, 'private'), key };
}

/**
 * Whether `bytes` are block `block` as it travels. What is in them beyond its length is padding, and has to be
 * zero: it is coded with the rest, and who passes it on would spread somebody's lie.
 */
export function isGenuineBlock(manifest: Manifest, block: number, bytes: Uint8Array): boolean {
  const length = blockLength(manifest, block);
  if (bytes.length < length || bytes.subarray(length).some((byte) => byte !== 0)) return false;
  return sameBytes(blake3.hash(bytes.subarray(0, length)), blockHash(manifest, block));
}

/** 32 bytes of `hashes`, not copied. */
export function blockHash(manifest: { readonly hashes: Uint8Array }, block: number): Uint8Array {
  return manifest.hashes.subarray(block * HASH_BYTES, (block + 1) * HASH_BYTES);
}

function readContents(
  version: ManifestVersion,
  bytes: Uint8Array | undefined,
  total: number,
  access: 'public' | 'private',
): Contents {
  if (bytes === undefined) return { listing: undefined };
  const contents =
    version === 1 ? { listing: decodeListing(bytes, total) } : decodeContents(bytes, total, access);
  const again = versionOf(contents) === version ? encodeContents(contents) : undefined;
  if (again === undefined || !sameBytes(again, bytes))
    throw badManifest('its contents are not in canonical form');
  return contents;
}

function wrongKey(): Failure {
  return new Failure(
    'wrong-key',
    'The key in the link does not fit this resource.',
    'Copy the link again, all of it: capitals count behind the dot.',
  );
}
