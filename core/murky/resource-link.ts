import { formatLink, type ResourceId } from '../wire/link.ts';

/** The id of the resource with this digest, 32 bytes. */
export function resourceId(digest: Uint8Array): ResourceId {
  return Buffer.from(digest.subarray(0, 8)).toString('hex') as ResourceId;
}

/** The link to a cask; its name is what the file is called while it arrives. */
export function resourceLink(digest: Uint8Array): string {
  const id = resourceId(digest);
  return formatLink({ id, digest, name: id, servers: [] });
}
