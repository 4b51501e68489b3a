/**
 * Counts the folders that paths say and imply, while they are read. Paths of one folder follow one another, as they do
 * in a listing and in a walk; where they do not, what is counted is too many.
 */
export class FolderCount {
  #folders = 0;
  /** The folders of the path before, each with a slash behind it. */
  #within = '';

  /** Folders of the paths so far, without the one that they are all in. */
  get folders(): number {
    return this.#folders;
  }

  /** Counts those of one more path, components parted by '/'. */
  add(path: string, kind: 'file' | 'folder' | 'link'): void {
    const within = kind === 'folder' ? `${path}/` : path.slice(0, path.lastIndexOf('/') + 1);
    let shared = 0;
    for (let i = 0; i < within.length && within[i] === this.#within[i]; i++)
      if (within[i] === '/') shared = i + 1;
    for (let at = shared; at < within.length; at = within.indexOf('/', at) + 1) this.#folders += 1;
    this.#within = within;
  }
}
