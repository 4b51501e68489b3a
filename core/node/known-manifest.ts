import { type OpenManifest, parseManifest } from '../content/manifest.ts';
import { Failure } from '../failure.ts';
import type { StoredTransfer } from '../store/transfers.ts';

type Resource = Pick<StoredTransfer, 'id' | 'contentKey'>;

/** The manifest of a resource, which must be one that can be read. Throws Failure: bad-manifest, wrong-key. */
export function openManifest({ id, contentKey }: Resource, bytes: Uint8Array): OpenManifest {
  const manifest = parseManifest(bytes, { id, key: contentKey ?? undefined });
  if (manifest.access !== 'sealed') return manifest;
  throw new Failure(
    'wrong-key',
    'This resource is private, and its id alone does not open it.',
    'Ask for the whole link, with the key behind the dot.',
  );
}

/** Throws Failure('verification-failed') when the transfer is for a single file of other lengths. */
export function checkWanted(
  { onlyLeast, onlyMost }: Pick<StoredTransfer, 'onlyLeast' | 'onlyMost'>,
  { listing, length }: OpenManifest,
): void {
  if (onlyLeast === null || onlyMost === null) return;
  if (listing === undefined && length >= onlyLeast && length <= onlyMost) return;
  const what = listing === undefined ? `a file of ${length} bytes` : 'a folder';
  throw new Failure('verification-failed', `It is ${what}, and not the file that was said to be there.`);
}
