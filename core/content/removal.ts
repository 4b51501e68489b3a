/** Taking away what a transfer has written, and nothing that somebody else has. */
import type { Stats } from 'node:fs';
import { lstat, readdir, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode, writeFailure } from './disk-failure.ts';
import { realFileSystem } from './file-system.ts';
import type { OpenManifest } from './manifest.ts';
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
    const there = await lookAt(path);
    if (there?.isDirectory() === true) return await removeTree(path, deadline, AT_ONCE);
    if (there !== undefined) await rm(path, { force: true });
    return true;
  } catch (error) {
    if (isGone(error)) return true;
    throw writeFailure(error, path);
  }
}

/** `atOnce`: things in it taken away at a time. False when it was not done by the deadline. */
async function removeTree(folder: string, deadline: number, atOnce: number): Promise<boolean> {
  const things = await readdir(folder, { withFileTypes: true });
  for (let at = 0; at < things.length; at += atOnce) {
    const done = await Promise.all(
      things.slice(at, at + atOnce).map(async (thing) => {
        if (performance.now() >= deadline) return false;
        const path = join(folder, thing.name);
        if (thing.isDirectory()) return removeTree(path, deadline, 1);
        await rm(path, { force: true });
        return true;
      }),
    );
    if (done.includes(false)) return false;
  }
  await rmdir(folder);
  return true;
}

/**
 * Removes the file, or the files and folders, that `manifest` says were put at `path`, as far as they are there. What
 * is of another kind by now, or not of the manifest, stays, and so do the folders that hold it; links are not followed.
 * Rejects with Failure: no-permission, disk.
 */
export async function removeFetched(path: string, { listing, length }: OpenManifest): Promise<void> {
  const { files, folders, links, isFolder } = new PartFiles(path, listing, length, realFileSystem);
  try {
    const there = await realFolders(folders);
    const ours = files.filter(({ absolute }) => !isFolder || there.has(dirname(absolute)));
    for (let at = 0; at < ours.length; at += AT_ONCE)
      await Promise.all(ours.slice(at, at + AT_ONCE).map(({ absolute }) => removeFile(absolute)));
    for (const { absolute } of links) if (there.has(dirname(absolute))) await removeLink(absolute);
    for (const folder of [...there].reverse()) await removeEmpty(folder);
  } catch (error) {
    throw writeFailure(error, path);
  }
}

/** Those of `folders`, outer ones first, that are no links, nor reached by one. */
async function realFolders(folders: readonly string[]): Promise<ReadonlySet<string>> {
  const real = new Set<string>();
  for (const [index, folder] of folders.entries()) {
    const isWithin = index === 0 || real.has(dirname(folder));
    if (isWithin && (await lookAt(folder))?.isDirectory() === true) real.add(folder);
  }
  return real;
}

async function removeFile(path: string): Promise<void> {
  if ((await lookAt(path))?.isFile() === true) await rm(path, { force: true });
}

async function removeLink(path: string): Promise<void> {
  if ((await lookAt(path))?.isSymbolicLink() === true) await rm(path, { force: true });
}

/** Nothing happens when somebody has put something into it. */
async function removeEmpty(folder: string): Promise<void> {
  const names = await readdir(folder);
  if (!names.every((name) => LEFT_BY_SYSTEMS.has(name))) return;
  for (const name of names) await removeFile(join(folder, name));
  await rmdir(folder);
}

async function lookAt(path: string): Promise<Stats | undefined> {
  return lstat(path).catch((error) => {
    if (isGone(error)) return undefined;
    throw error;
  });
}

/** Nothing is there, or a file is where a folder was. */
function isGone(error: unknown): boolean {
  const code = errorCode(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}
