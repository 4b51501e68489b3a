/** What a person shares, or a transfer goes on serving, as a row of the store. */
import type { ShareRequest } from '../api.ts';
import type { OpenManifest } from '../content/manifest.ts';
import { leftOutOf, type Tree } from '../content/tree.ts';
import type { NewShare, StoredShare } from '../store/shares.ts';
import type { Link } from '../wire/link.ts';
import { isOfLink, keyFor, sameKey } from './share-identity.ts';

/** A share that is yet to be hashed. `as`: the link of the request. */
export function newShare(request: ShareRequest, as: Link | undefined, tree: Tree): NewShare {
  return {
    // Under a link that exists already, nothing but its content may ever be sealed with its key.
    id: as?.id ?? null,
    digest: null,
    contentKey: keyFor(request, as),
    name: request.name ?? tree.name,
    public: as === undefined ? request.public : as.key === undefined,
    paths: request.paths,
    bytes: tree.length,
    files: tree.files.length,
    leftOut: leftOutOf(tree, 'private') ?? null,
    state: 'hashing',
    problem: null,
    origin: 'share',
    addedAt: Date.now(),
  };
}

/** A share of what was fetched to `path`: its manifest is known, and the content has been verified. */
export function newSeed(path: string, manifest: OpenManifest, name: string, tree: Tree): NewShare {
  const key = manifest.access === 'private' ? manifest.key : null;
  return {
    id: manifest.id,
    digest: manifest.digest,
    contentKey: key,
    name,
    public: key === null,
    paths: [path],
    bytes: manifest.length,
    files: tree.files.length,
    leftOut: manifest.leftOut ?? null,
    state: 'serving',
    problem: null,
    origin: 'download',
    addedAt: Date.now(),
  };
}

/** Whether a share that has been hashed is what the request asks for; the paths are the same. */
export function isSameShare(share: StoredShare, request: ShareRequest, as: Link | undefined): boolean {
  const { id, digest, contentKey } = share;
  if (as !== undefined)
    return digest !== null && isOfLink(as, id, digest) && sameKey(contentKey, as.key ?? null);
  return share.public === request.public && (request.name === undefined || request.name === share.name);
}
