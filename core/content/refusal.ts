import { Failure } from '../failure.ts';
import type { Skipped } from './tree.ts';

/** Of so many is told what is wrong with them; the rest is counted. */
const MAX_TOLD = 100;

/** Why a tree is not shared before the person has seen to what is in it; undefined: it can be. */
export function refusalOf(skipped: readonly Skipped[]): Failure | undefined {
  const refused = skipped.filter(({ code }) => code !== undefined);
  const [first] = refused;
  if (first === undefined) return undefined;
  const code = refused.some((entry) => entry.code === 'bad-name') ? 'bad-name' : 'unreadable';
  const entries = refused.slice(0, MAX_TOLD).map(({ absolute, reason }) => ({ path: absolute, reason }));
  const message =
    refused.length === 1
      ? `${JSON.stringify(first.absolute)} cannot be shared: ${first.reason}.`
      : `${refused.length} files and folders cannot be shared as they are.`;
  const hint =
    code === 'bad-name'
      ? 'Rename what has such a name, share it packed in an archive, .'
      : 'Give yourself permission to read it, .';
  return new Failure(code, message, hint, undefined, { count: refused.length, entries });
}
