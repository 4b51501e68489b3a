/** What a share is known by: its link, its key, and what its files looked like when they were hashed. */
import type { ShareRequest } from '../api.ts';
import { newContentKey } from '../content/seal.ts';
import { absoluteOf, type Tree } from '../content/tree.ts';
import { Failure } from '../failure.ts';
import type { StoredShare } from '../store/shares.ts';
import { formatLink, type Link, type ResourceId } from '../wire/link.ts';

/** Bytes of a name hint that fit a HELLO when sealed. */
const MAX_SHORT_NAME = 480;

/** As much of a name as fits a HELLO, sealed or not, cut between characters. */
export function shortName(name: string): string {
  let short = name;
  while (Buffer.byteLength(short) > MAX_SHORT_NAME) short = [...short].slice(0, -1).join('');
  return short;
}

/** The link under which a share can be fetched; empty while it is being hashed. */
export function linkOf({ id, digest, contentKey, name }: StoredShare): string {
  if (id === null || digest === null) return '';
  const secret = contentKey === null ? { digest } : { key: contentKey };
  return formatLink({ id: id as ResourceId, ...secret, name, servers: [] });
}

export function keyFor(request: ShareRequest, as: Link | undefined): Uint8Array | null {
  if (as !== undefined) return as.key ?? null;
  return request.public ? null : newContentKey();
}

/** Whether what has this id and whole hash is what a link stands for. */
export function isOfLink(link: Link, id: string | null, digest: Uint8Array): boolean {
  return link.id === id && (link.digest === undefined || Buffer.from(digest).equals(link.digest));
}

/** Throws Failure('not-the-same-content'). */
export function checkSame(link: Link, id: string, digest: Uint8Array, tree: Tree): void {
  if (isOfLink(link, id, digest)) return;
  throw new Failure(
    'not-the-same-content',
    `${tree.name} is not what the link stands for.`,
    link.key === undefined
      ? 'Share it under a link of its own.'
      : 'When files were last changed counts in private: copy it with its times, or share it under a link of its own.',
  );
}

export function sameKey(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a === null || b === null ? a === b : Buffer.from(a).equals(b);
}

/** Path, size, time of every file; then path and target of every link; then what is skipped. As JSON. */
export function stampsOf(tree: Tree): unknown[] {
  const links = tree.links.map(({ path, target }) => [path, target]);
  return [...fileStamps(tree), ...links, ...tree.skipped.map(({ absolute }) => [absolute])];
}

export function sameStamps(stored: unknown, tree: Tree): boolean {
  return JSON.stringify(stored) === JSON.stringify(stampsOf(tree));
}

/** Whether the files are the same, whatever there is besides; what an earlier version has stored has nothing else. */
export function sameFiles(stored: unknown, tree: Tree): boolean {
  if (!Array.isArray(stored)) return false;
  const files = stored.filter((stamp) => Array.isArray(stamp) && stamp.length === 3);
  return JSON.stringify(files) === JSON.stringify(fileStamps(tree));
}

function fileStamps(tree: Tree): [string, number, number][] {
  return tree.files.map((file) => [absoluteOf(file), file.size, file.mtimeMs]);
}

export function changedFailure(path: string): Failure {
  return new Failure(
    'changed-while-read',
    `${path} has changed since it was shared, and is not served any more.`,
    'Share it again; its link will be another.',
  );
}

export function missingFailure(path: string): Failure {
  return new Failure(
    'no-such-path',
    `${path} is gone, and is not served any more.`,
    'Put it back, then share it again.',
  );
}
