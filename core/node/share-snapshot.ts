import type { ShareSnapshot, Upload } from '../api.ts';
import { revealed } from '../plain-text.ts';
import type { StoredShare } from '../store/shares.ts';

/** What the row of a share does not say. */
export interface ShareParts {
  /** Empty while it is being hashed. */
  readonly link: string;
  readonly hashedBytes: number;
  readonly upload: Upload;
}

/** A share as hosts see it. */
export function shareSnapshot(share: StoredShare, { link, hashedBytes, upload }: ShareParts): ShareSnapshot {
  return {
    key: share.key,
    id: knownId(share),
    link,
    name: revealed(share.name),
    paths: share.paths,
    public: share.public,
    state: share.state,
    ...(share.problem !== null && { problem: share.problem }),
    bytes: share.bytes,
    files: share.files,
    ...(share.leftOut !== null && { leftOut: share.leftOut }),
    hashed: share.state === 'hashing' ? hashedBytes : share.bytes,
    ...upload,
    origin: share.origin,
    addedAt: share.addedAt,
  };
}

/** 16 hex digits; empty while the share is being hashed, even if it is to be what a link stands for. */
export function knownId({ id, digest }: StoredShare): string {
  return digest === null ? '' : (id ?? '');
}
