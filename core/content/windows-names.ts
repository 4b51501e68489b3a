/**
 * Names that a listing may hold and Windows does not allow. There is an old agreement on what stands for those
 * characters on its disks, kept by Services for Macintosh, Samba, Cygwin and WSL: the code points from U+F000 on of
 * the private use area. Who shares such a file from Windows so gives it its own name again.
 */
import type { Listing } from './listing.ts';

const FORBIDDEN = /["*<>?|]/g;
const STAND_INS = /[\uf022\uf02a\uf03c\uf03e\uf03f\uf07c]/g;
const OFFSET = 0xf000;

/** How names of a listing are written on a disk, component by component. */
export interface NamesOnDisk {
  toDisk(name: string): string;
  fromDisk(name: string): string;
}

export const windowsNames: NamesOnDisk = {
  toDisk: (name) => shifted(name, FORBIDDEN, OFFSET),
  fromDisk: (name) => shifted(name, STAND_INS, -OFFSET),
};

export const plainNames: NamesOnDisk = { toDisk: (name) => name, fromDisk: (name) => name };

function shifted(name: string, characters: RegExp, by: number): string {
  return name.replace(characters, (character) => String.fromCharCode(character.charCodeAt(0) + by));
}

/** How many entries of `listing` have a name that is written otherwise on disk. */
export function countReplaced(listing: Listing | undefined, { toDisk }: NamesOnDisk): number {
  return listing?.filter(({ path }) => toDisk(path) !== path).length ?? 0;
}
