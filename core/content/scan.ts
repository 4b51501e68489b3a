import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { Failure } from '../failure.ts';
import { timeOf } from './contents.ts';
import { errorCode, readFailure } from './disk-failure.ts';
import { type FileStat, type FileSystem, realFileSystem } from './file-system.ts';
import { FolderCount } from './folder-count.ts';
import { LinkPaths, targetProblem, targetText } from './link-target.ts';
import { comparePaths, MAX_ENTRIES, MAX_FOLDERS, parentOf } from './listing.ts';
import { MAX_LENGTH } from './manifest-fields.ts';
import { NameTree } from './name-tree.ts';
import { refusalOf } from './refusal.ts';
import { componentProblem, pathProblem } from './safe-path.ts';
import { batches, pathOf, type Skipped, type Tree, type TreeFile, type TreePlace } from './tree.ts';

/**
 * Looks at one file, one folder, or several of both, which together are one folder. Links that the person
 * names are followed. Within folders, links that lead out of them are skipped, and so are pipes, sockets and devices.
 * Throws Failure: no-such-path, not-a-file, too-many-files, too-large, disk; and bad-name or unreadable with all that
 * cannot be shared.
 */
export async function scanTree(paths: readonly string[], fs: FileSystem = realFileSystem): Promise<Tree> {
  const tree = await scanRest(paths, fs);
  const refusal = refusalOf(tree.skipped);
  if (refusal !== undefined) throw refusal;
  return tree;
}

/** The same, but what cannot be shared is skipped, too. */
export async function scanRest(paths: readonly string[], fs: FileSystem = realFileSystem): Promise<Tree> {
  if (paths.length === 0) throw new Failure('usage', 'Nothing was named to share.', 'Name a file or folder.');
  const tops = await Promise.all(paths.map((path) => named(path, fs)));
  const [first] = tops;
  if (tops.length === 1) {
    const place = placeOf('', first.absolute);
    const scan = new Scan([place], fs);
    if (first.stat.kind === 'file') await scan.addFile(place, first.stat);
    else await scan.addFolder(place, first.stat);
    return scan.tree(first.stat.kind === 'file' ? 'file' : 'folder', first.name);
  }
  const places = tops.map(({ name, absolute }) => placeOf(name, absolute));
  const scan = new Scan(places, fs);
  scan.expect(tops.length);
  scan.enter('', Math.max(...tops.map(({ stat }) => stat.mtimeMs)));
  for (const [i, { stat }] of tops.entries()) await scan.add(places[i], stat);
  return scan.tree('folder', `${first.name} and ${tops.length - 1} more`);
}

/** A path as the person gave it: where it leads, and what it is called. */
async function named(path: string, fs: FileSystem) {
  try {
    const absolute = await fs.resolve(resolve(path));
    const stat = await fs.look(absolute);
    if (stat.kind === 'file' || stat.kind === 'folder')
      return { absolute, stat, name: fs.names.fromDisk(basename(resolve(path))) || 'files' };
  } catch (error) {
    throw readFailure(error, path);
  }
  const hint = 'Pipes, sockets and devices cannot be shared.';
  throw new Failure('not-a-file', `${path} is neither a file nor a folder.`, hint);
}

/** A place on this machine: where in the listing it is, as people say it, and by the folder that is held open. */
interface Place extends TreePlace, Pick<TreeFile, 'folder' | 'name' | 'nameOnDisk'> {
  readonly way: string;
}

/** One that the person named. */
function placeOf(name: string, absolute: string): Place {
  const folder = { path: '', absolute: dirname(absolute) };
  return { folder, name, nameOnDisk: basename(absolute), path: name, absolute, way: absolute };
}

class Scan {
  readonly #fs: FileSystem;
  /** What the person named. */
  readonly #roots: readonly Place[];
  readonly #files: TreeFile[] = [];
  /** When each folder was last changed, s, by its path. */
  readonly #folders = new Map<string, number>();
  /** With where they lead; both are paths of the listing. */
  readonly #links: (Place & { readonly leadsTo: string })[] = [];
  readonly #linkPaths = new LinkPaths();
  readonly #skipped: Skipped[] = [];
  readonly #names = new NameTree();
  readonly #count = new FolderCount();
  #length = 0;
  #expected = 0;

  constructor(roots: readonly Place[], fs: FileSystem) {
    this.#roots = roots;
    this.#fs = fs;
  }

  tree(kind: Tree['kind'], name: string): Tree {
    const links = this.#keptLinks();
    const folders = [...this.#folders.keys()].sort(comparePaths);
    return {
      kind,
      name,
      files: this.#files.sort((a, b) => comparePaths(pathOf(a), pathOf(b))),
      folders: this.#emptyFolders(folders, links),
      links: links.sort((a, b) => comparePaths(a.path, b.path)),
      folderTimes: folders.map((path) => this.#folders.get(path) ?? 0),
      length: this.#length,
      skipped: this.#skipped,
    };
  }

  /** Counts what will be added, so that too much is refused before every piece of it was looked at. */
  expect(count: number): void {
    this.#expected += count;
    if (this.#expected > MAX_ENTRIES)
      throw new Failure('too-many-files', `There are more than ${MAX_ENTRIES} files.`, 'Pack them first.');
  }

  /** The folder `path` is shared, and was last changed at `mtimeMs`. */
  enter(path: string, mtimeMs: number): void {
    this.#folders.set(path, timeOf(mtimeMs));
  }

  async add(place: Place, stat: FileStat): Promise<void> {
    if (stat.kind === 'file') await this.addFile(place, stat);
    else if (stat.kind === 'folder') await this.addFolder(place, stat);
    else if (stat.kind === 'link') await this.#addLink(place);
    else this.#skip(place, 'it is neither a file nor a folder');
  }

  async addFile(place: Place, { size, mtimeMs, mode, identity }: FileStat): Promise<void> {
    const { folder, name, nameOnDisk } = place;
    const isReadable = this.#fs.checkReadable(place.way).then(() => true);
    const mayBeRead = await this.#reading(place, isReadable);
    if (place.path !== '' && !this.#mayTravel(place, 'file')) return;
    if (mayBeRead === undefined) return;
    const executable = (mode & 0o100) !== 0;
    this.#files.push({ folder, name, nameOnDisk, executable, size, mtimeMs, identity });
    this.#length += size;
    if (this.#length > MAX_LENGTH)
      throw new Failure('too-large', `${place.absolute} and what is before it are more than 1 PiB.`);
  }

  async addFolder(place: Place, { mtimeMs }: FileStat): Promise<void> {
    // That which everything is in needs no name.
    const isNamed = place.path === '' || this.#mayTravel(place, 'folder');
    await this.#withEntries(place, !isNamed, async (entries) => {
      if (!isNamed) return this.#lookWithin(entries);
      this.enter(place.path, mtimeMs);
      for (const batch of entries) {
        const stats = await Promise.all(batch.map((entry) => this.#reading(entry, this.#fs.look(entry.way))));
        for (const [i, entry] of batch.entries()) {
          const stat = stats[i];
          if (stat !== undefined) await this.add(entry, stat);
        }
      }
    });
  }

  /** What is in a folder that is skipped for its name: which names would have to be changed besides. */
  async #lookWithin(entries: Iterable<readonly Place[]>): Promise<void> {
    for (const entry of [...entries].flat()) {
      const problem = componentProblem(basename(entry.path));
      if (problem !== undefined) this.#skip(entry, `it ${problem}`, 'bad-name', true);
      const stat = await this.#reading(entry, this.#fs.look(entry.way), true);
      if (stat?.kind === 'folder')
        await this.#withEntries(entry, true, (further) => this.#lookWithin(further));
    }
  }

  async #addLink(place: Place): Promise<void> {
    this.#linkPaths.add(place.path);
    const said = await this.#reading(place, this.#fs.readLink(place.way));
    if (said === undefined) return;
    const leadsTo = this.#leadsTo(place.absolute, said);
    const problem =
      leadsTo === undefined
        ? 'leads out of the folder'
        : targetProblem(place.path, targetText(place.path, leadsTo));
    if (leadsTo === undefined || problem !== undefined) this.#skip(place, `it is a link that ${problem}`);
    else if (this.#mayTravel(place, 'link')) this.#links.push({ ...place, leadsTo });
  }

  /** Where in the listing a link leads that says `said`; undefined: to nothing that is shared, or not plainly. */
  #leadsTo(link: string, said: Uint8Array): string | undefined {
    const text = Buffer.from(said).toString();
    if (Buffer.compare(Buffer.from(text), said) !== 0) return undefined;
    // A name with ".." behind it may be that of a link, and then leads elsewhere than it seems.
    const steps = text
      .split(process.platform === 'win32' ? /[\\/]/ : '/')
      .filter((part) => !/^\.?$/.test(part));
    const first = steps.findIndex((step) => step !== '..');
    if (first >= 0 && steps.includes('..', first)) return undefined;
    const absolute = resolve(dirname(link), text);
    for (const root of this.#roots) {
      const way = relative(root.absolute, absolute);
      if (way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way)) continue;
      const parts = way.split(sep).map(this.#fs.names.fromDisk);
      return [root.path, ...parts].filter((part) => part !== '').join('/');
    }
    return undefined;
  }

  #keptLinks(): { path: string; target: string }[] {
    const isKept = (link: Place & { leadsTo: string }) => {
      const isBehind = this.#linkPaths.isBehindLink(link.leadsTo);
      if (isBehind) this.#skip(link, 'it is a link that leads through another');
      return !isBehind;
    };
    return this.#links
      .filter(isKept)
      .map(({ path, leadsTo }) => ({ path, target: targetText(path, leadsTo) }));
  }

  #emptyFolders(folders: readonly string[], links: readonly { readonly path: string }[]): string[] {
    const inhabited = new Set([...folders, ...links.map(({ path }) => path)].map(parentOf));
    for (const { folder } of this.#files) inhabited.add(folder.path);
    return folders.filter((path) => path !== '' && !inhabited.has(path));
  }

  /** Does something with what is in a folder, which is held open meanwhile; nothing, if it may not be read. */
  async #withEntries(
    folder: Place,
    within: boolean,
    action: (entries: Iterable<readonly Place[]>) => Promise<void>,
  ): Promise<void> {
    const held = await this.#reading(folder, this.#fs.hold(folder.way), within);
    if (held === undefined) return;
    try {
      const names = await this.#reading(folder, this.#fs.list(held.path), within);
      if (names !== undefined) await action(this.#placesIn(folder, held.path, names, within));
    } finally {
      await held.letGo();
    }
  }

  /** In the order of the listing, or nearly: what is to be sorted in the end should not be far from it. */
  *#placesIn(
    { path, absolute }: Place,
    way: string,
    names: Uint8Array[],
    within: boolean,
  ): Generator<readonly Place[]> {
    this.expect(names.length);
    const folder = { path, absolute };
    for (const batch of batches(names.sort(Buffer.compare))) {
      const places: Place[] = [];
      for (const bytes of batch) {
        const nameOnDisk = Buffer.from(bytes).toString();
        const name = this.#fs.names.fromDisk(nameOnDisk);
        const place = {
          ...{ folder, name, nameOnDisk, way: join(way, nameOnDisk) },
          ...{ path: path === '' ? name : `${path}/${name}`, absolute: join(absolute, nameOnDisk) },
        };
        if (Buffer.compare(Buffer.from(nameOnDisk), bytes) === 0) places.push(place);
        else this.#skip(place, 'it is no valid UTF-8', 'bad-name', within);
      }
      yield places;
    }
  }

  /** What `reading` gives; undefined: it is not permitted, and the place is skipped. */
  async #reading<T>(place: Place, reading: Promise<T>, within = false): Promise<T | undefined> {
    try {
      return await reading;
    } catch (error) {
      const failure = readFailure(error, place.absolute);
      if (place.path === '' || !(failure instanceof Failure) || failure.code !== 'unreadable') throw failure;
      this.#skip(place, `it may not be read (${errorCode(error)})`, 'unreadable', within);
      return undefined;
    }
  }

  /** Whether a place may be in the listing; if not, it is skipped. */
  #mayTravel(place: Place, kind: 'file' | 'folder' | 'link'): boolean {
    const { path } = place;
    const problem =
      pathProblem(path) ?? (kind === 'folder' ? this.#names.enter(path) : this.#names.add(path, kind));
    if (problem !== undefined) {
      this.#skip(place, `it ${problem}`, 'bad-name');
      return false;
    }
    this.#count.add(path, kind);
    if (this.#count.folders > MAX_FOLDERS)
      throw new Failure('too-many-files', `There are more than ${MAX_FOLDERS} folders.`, 'Pack them first.');
    return true;
  }

  #skip({ path, absolute }: Place, reason: string, code?: Skipped['code'], within = false): void {
    this.#skipped.push({ path, absolute, reason, ...(code && { code }), ...(within && { within }) });
  }
}
