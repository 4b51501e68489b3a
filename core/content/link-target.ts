/**
 * Symbolic links within a shared folder. What they point at travels as text and is made into a link on whatever
 * system fetches it, so that it may lead nowhere but into the folder: it has one spelling, `..` only in front, never
 * more of them than there are folders above it, and leads through no other link.
 */
import { foldName, pathProblem } from './safe-path.ts';

/** Where a link at `path` leads, as a path in the folder, empty for the folder itself; undefined: out of it. */
export function resolveTarget(path: string, target: string): string | undefined {
  const parts = target === '.' ? [] : target.split('/');
  const ups = parts.findIndex((part) => part !== '..');
  const names = ups < 0 ? [] : parts.slice(ups);
  const folders = path.split('/').slice(0, -1);
  const kept = folders.length - (parts.length - names.length);
  return kept < 0 ? undefined : [...folders.slice(0, kept), ...names].join('/');
}

/** The one spelling of where a link at `path` leads when it leads to `leadsTo`; both are paths in the folder. */
export function targetText(path: string, leadsTo: string): string {
  const from = path.split('/').slice(0, -1);
  const to = leadsTo === '' ? [] : leadsTo.split('/');
  let shared = 0;
  while (shared < from.length && shared < to.length && from[shared] === to[shared]) shared += 1;
  return [...from.slice(shared).map(() => '..'), ...to.slice(shared)].join('/') || '.';
}

/** Why a link at `path`, a path that may travel, may not have `target`; undefined if it may. A clause to follow it. */
export function targetProblem(path: string, target: string): string | undefined {
  const leadsTo = resolveTarget(path, target);
  if (leadsTo === undefined) return 'leads out of the folder';
  const problem = leadsTo === '' ? undefined : pathProblem(leadsTo);
  if (problem !== undefined) return `leads to what ${problem}`;
  return target === targetText(path, leadsTo) ? undefined : 'leads where it does by a detour';
}

/** The links of a folder, and whether another leads through one of them. */
export class LinkPaths {
  readonly #folds = new Set<string>();

  add(path: string): void {
    this.#folds.add(fold(path));
  }

  /** Whether the way to `path`, without its last part, leads through a link. */
  isBehindLink(path: string): boolean {
    if (this.#folds.size === 0) return false;
    const folded = fold(path);
    for (let at = folded.indexOf('/'); at >= 0; at = folded.indexOf('/', at + 1))
      if (this.#folds.has(folded.slice(0, at))) return true;
    return false;
  }
}

function fold(path: string): string {
  return path.split('/').map(foldName).join('/');
}
