/** What a person asks for, as a row of the store. */
import type { FetchRequest } from '../api.ts';
import { componentProblem } from '../content/safe-path.ts';
import { Failure } from '../failure.ts';
import type { NewTransfer, StoredTransfer } from '../store/transfers.ts';
import { formatLink, type Link } from '../wire/link.ts';
import { sameKey } from './share-identity.ts';

export function newTransfer(link: Link, request: FetchRequest): NewTransfer {
  return {
    id: link.id,
    link: formatLink(link),
    digest: link.digest ?? null,
    contentKey: link.key ?? null,
    name: request.name ?? link.name ?? '',
    called: request.name === undefined ? null : checkedName(request.name),
    intoFolder: request.into,
    partPath: null,
    finalPath: null,
    state: 'active',
    problem: null,
    seed: request.seed,
    fromHints: request.from,
    bytes: null,
    files: null,
    folders: null,
    onlyLeast: request.only?.least ?? null,
    onlyMost: request.only?.most ?? null,
    leftOut: null,
    hold: request.hold === true,
    background: request.background === true,
    addedAt: Date.now(),
    doneAt: null,
  };
}

/** A name that the person has chosen. Throws Failure('bad-name') for one that no file can have everywhere. */
export function checkedName(name: string): string {
  const problem = componentProblem(name);
  if (problem === undefined) return name;
  throw new Failure('bad-name', `The name ${JSON.stringify(name)} ${problem}.`, 'Choose another name.');
}

/** Whether a transfer is of the same resource, as in {@link isSameResource}, into the same folder. */
export function isSameTransfer(row: StoredTransfer, link: Link, request: FetchRequest): boolean {
  return row.intoFolder === request.into && isSameResource(row, link);
}

/** Under the same key, and with the same rest of the hash as far as both know it: 64 bits of an id can be forged. */
export function isSameResource(row: StoredTransfer, link: Link): boolean {
  const { id, contentKey, digest } = row;
  const isSameDigest =
    digest === null || link.digest === undefined || Buffer.from(digest).equals(link.digest);
  return id === link.id && sameKey(contentKey, link.key ?? null) && isSameDigest;
}
