import { Failure } from '../failure.ts';
import type { ContentView } from './content-reader.ts';
import { openManifest } from './known-manifest.ts';
import type { ShareRecords } from './share-records.ts';

/** A share as who reads it sees it: all of it is here, as long as it is served. Throws Failure when it is not. */
export function shareView(records: ShareRecords, key: number): ContentView {
  const failure = (): Failure | undefined => failureIn(records, key);
  const share = records.get(key);
  const bytes = share && records.manifestOf(share);
  const reason = failure();
  if (reason !== undefined) throw reason;
  if (share === undefined || share.id === null || bytes === undefined) throw notServed('not hashed yet');
  const [path] = share.paths;
  return {
    manifest: openManifest({ id: share.id, contentKey: share.contentKey }, bytes),
    pathOf: () => (failure() === undefined ? path : undefined),
    failure,
    watch: () => () => undefined,
    want: () => undefined,
  };
}

function failureIn(records: ShareRecords, key: number): Failure | undefined {
  const share = records.get(key);
  if (share === undefined) return new Failure('unknown-resource', 'The share was removed.');
  if (share.state === 'serving') return undefined;
  const { problem, state } = share;
  return problem === null ? notServed(state) : new Failure(problem.code, problem.message, problem.hint);
}

function notServed(state: string): Failure {
  return new Failure('usage', `The share is ${state}, and is not read from.`, 'Wait until it is served.');
}
