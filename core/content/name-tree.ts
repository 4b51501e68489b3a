import { foldName } from './safe-path.ts';

type Kind = 'file' | 'folder' | 'link';

interface Name {
  /** As first written. */
  readonly name: string;
  readonly kind: Kind;
  /** Made for the first of them: files have none, and there may be a million. */
  children: Map<string, Name> | undefined;
  /** Listed by itself, as an empty folder is; nothing may be in it then. */
  readonly listed: boolean;
}

/**
 * The tree that the paths of a listing make, kept to find paths that would meet on disk: twice the same, the
 * same but for case or normalisation, or one thing both a file and a folder. Paths of one folder must follow one
 * another, as they do in a listing and in a walk: what is in a folder is forgotten when another one is entered.
 */
export class NameTree {
  readonly #root = new Map<string, Name>();
  /** The folders of the last path that has any, from the outermost. */
  readonly #entered: Name[] = [];

  /**
   * Adds a path that {@link pathProblem} lets through: of a file, of a link, or of a folder that is empty. Returns why
   * it cannot be together with those before; a clause to follow "the path".
   */
  add(path: string, kind: Kind): string | undefined {
    return this.#add(path, kind, true);
  }

  /** The same of a folder in which something may follow; once for each. */
  enter(path: string): string | undefined {
    return this.#add(path, 'folder', false);
  }

  #add(path: string, kind: Kind, listed: boolean): string | undefined {
    const components = path.split('/');
    const last = components.length - 1;
    let level = this.#root;
    for (const [depth, name] of components.entries()) {
      const fold = foldName(name);
      const isLast = depth === last;
      const there = level.get(fold);
      const problem = there && clash(there, name, isLast ? { kind, listed } : undefined);
      if (problem !== undefined) return problem;
      const here = there ?? {
        name,
        kind: isLast ? kind : 'folder',
        children: undefined,
        listed: isLast && listed,
      };
      if (there === undefined) level.set(fold, here);
      if (isLast) return undefined;
      level = this.#within(here, depth);
    }
    return undefined;
  }

  /** The names in a folder, which is in that many others. */
  #within(folder: Name, depth: number): Map<string, Name> {
    const last = this.#entered.at(depth);
    if (last !== folder) {
      if (last !== undefined) last.children = undefined;
      this.#entered.splice(depth, Number.POSITIVE_INFINITY, folder);
    }
    folder.children ??= new Map();
    return folder.children;
  }
}

/** Why `name` cannot be where `there` is; `last`: what the path ends in, undefined: it goes on. */
function clash(
  there: Name,
  name: string,
  last: { readonly kind: Kind; readonly listed: boolean } | undefined,
): string | undefined {
  if (there.name !== name) return `meets "${there.name}" where case and normalisation do not count`;
  const kind = last?.kind ?? 'folder';
  if (there.kind !== kind) return `is both a ${[there.kind, kind].sort().join(' and a ')}`;
  if (last === undefined) return there.listed ? 'is in a folder that is said to be empty' : undefined;
  return there.listed || !last.listed ? 'is there twice' : 'is an empty folder that is not empty';
}
