/** Taking away what a transfer has written, and nothing that somebody else has. */
import { readdirSync } from 'node:fs';
import { lstat, readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Breaks } from './breaks.ts';
import { errorCode, writeFailure } from './disk-failure.ts';
import { type FileSystem, realFileSystem } from './file-system.ts';
import { holdFolder } from './held-folder.ts';
import type { OpenManifest } from './manifest.ts';
import { withoutLinks } from './no-links.ts';
import { PartFiles } from './part-files.ts';

/** What file managers leave in folders that they have shown. */
const LEFT_BY_SYSTEMS = new Set(['.DS_Store', '.directory', 'Thumbs.db', 'desktop.ini']);
/** Files taken away at a time. */
const AT_ONCE = 64;

/**
 * Removes the part of a transfer that is not complete, if it is there. Resolves with false when `patience`, in ms, was
 * not enough for all of it. Rejects with Failure: no-permission, disk.
 */
export async function removePart(path: string, patience = Number.POSITIVE_INFINITY): Promise<boolean> {
  const deadline = performance.now() + patience;
  try {
    const there = await lstat(path);
    if (there.isDirectory()) return await removeTree(path, deadline);
    await rm(path, { force: true });
    return true;
  } catch (error) {
    if (isGone(error)) return true;
    throw writeFailure(error, path);
  }
}

/** False when it was not done by the deadline. Each folder is held open meanwhile, so that no link is followed. */
async function removeTree(folder: string, deadline: number): Promise<boolean> {
  const held = await holdFolder(folder);
  try {
    const things = await readdir(held.path, { withFileTypes: true });
    const files = things.filter((thing) => !thing.isDirectory());
    for (let at = 0; at < files.length; at += AT_ONCE) {
      if (performance.now() >= deadline) return false;
      const batch = files.slice(at, at + AT_ONCE);
      await Promise.all(batch.map(({ name }) => rm(join(held.path, name), { force: true })));
    }
    for (const thing of things) {
      if (!thing.isDirectory()) continue;
      if (performance.now() >= deadline) return false;
      if (!(await removeTree(join(held.path, thing.name), deadline))) return false;
    }
  } finally {
    await held.letGo();
  }
  await rmdir(folder);
  return true;
}

/**
 * Removes the file, or the files and folders, that `manifest` says were put at `path`, as far as they are there. What
 * is of another kind by now, or not of the manifest, stays, and so do the folders that hold it; no link is followed.
 * Rejects with Failure: no-permission, disk.
 */
export async function removeFetched(path: string, { listing, length }: OpenManifest): Promise<void> {
  const { files, folders, links } = new PartFiles(path, listing, length, realFileSystem);
  const fs = withoutLinks(realFileSystem, path);
  const breaks = new Breaks();
  try {
    for (const { absolute } of files) {
      if (fs.stat(absolute)?.kind === 'file') fs.unlink(absolute);
      await breaks.next();
    }
    for (const { absolute } of links) if (fs.stat(absolute)?.kind === 'link') fs.unlink(absolute);
    for (const folder of [...folders].reverse()) {
      if (fs.stat(folder)?.kind === 'folder') removeEmpty(folder, fs);
      await breaks.next();
    }
  } catch (error) {
    throw writeFailure(error, path);
  }
}

/** Nothing happens when somebody has put something into it. */
function removeEmpty(folder: string, fs: FileSystem): void {
  const names = fs.within(folder, [], (held) => {
    const all = readdirSync(held);
    if (!all.every((name) => LEFT_BY_SYSTEMS.has(name))) return undefined;
    for (const name of all) if (fs.stat(join(held, name))?.kind === 'file') fs.unlink(join(held, name));
    return all;
  });
  if (names !== undefined) fs.removeFolder(folder);
}

/** Nothing is there, or a file is where a folder was. */
function isGone(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}
