/**
 * Which names may travel. A listing comes from a stranger and becomes files here, on whatever system "here"
 * is: what is dangerous or ambiguous on any of Linux, macOS and Windows is refused on all of them, by the one
 * who shares as by the one who fetches. Names are refused, never repaired, so that both mean the same files.
 */

const MAX_PATH_BYTES = 4096;
/** The limit of ext4, APFS (in UTF-8) and, in UTF-16 units, of NTFS. */
export const MAX_COMPONENT_BYTES = 255;
const MAX_DEPTH = 64;

/** Why `path`, components parted by '/', cannot travel; undefined if it can. A clause to follow "the path". */
export function pathProblem(path: string): string | undefined {
  if (path === '') return 'is empty';
  // Before anything walks over it: a path is at least as many bytes as UTF-16 units.
  if (path.length > MAX_PATH_BYTES || Buffer.byteLength(path) > MAX_PATH_BYTES)
    return `is longer than ${MAX_PATH_BYTES} bytes`;
  if (path.startsWith('/')) return 'is absolute';
  const components = path.split('/');
  if (components.length > MAX_DEPTH) return `is deeper than ${MAX_DEPTH} folders`;
  for (const component of components) {
    const problem = componentProblem(component);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Why `name` cannot be the name of one file or folder; undefined if it can. A clause to follow "the name". */
export function componentProblem(name: string): string | undefined {
  if (name === '') return 'has an empty part';
  if (name === '.' || name === '..') return `has the part "${name}"`;
  if (Buffer.byteLength(name) > MAX_COMPONENT_BYTES)
    return `has a part longer than ${MAX_COMPONENT_BYTES} bytes`;
  if (!name.isWellFormed()) return 'is no valid Unicode (a lone surrogate)';
  if (name.includes('/')) return 'has a slash';
  if (name.includes('\\')) return 'has a backslash, which parts folders on Windows';
  if (name.includes(':')) return 'has a colon, which opens an alternate stream on Windows';
  const forbidden = FORBIDDEN.exec(name);
  if (forbidden !== null) return `has the character ${codePoint(forbidden[0])}`;
  if (/[. ]$/.test(name)) return 'has a part that ends in a dot or a space, which Windows cuts off';
  if (isDeviceName(name)) return `has the part "${name}", which is a device on Windows`;
  if (foldName(name) === '') return 'has a part with nothing to see in it';
  return undefined;
}

/**
 * Control characters, line and paragraph separators, what reverses the direction of text (so that
 * "photo\u202Egpj.exe" reads as a picture), and the byte order mark, which decoders of UTF-8 drop.
 */
const FORBIDDEN = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/u;

/**
 * With any extension and with spaces before it, Windows takes these for devices; the superscript digits are
 * digits to it (Microsoft, "Naming Files, Paths, and Namespaces").
 */
function isDeviceName(name: string): boolean {
  const stem = name.split('.', 1)[0].trimEnd();
  return /^(con|prn|aux|nul|conin\$|conout\$|clock\$|(com|lpt)[0-9\u00b9\u00b2\u00b3])$/i.test(stem);
}

/**
 * Names with the same fold are one name on some file system: letter case (by full folding, as APFS does:
 * \u00df is ss), Unicode normalisation, and code points that HFS+ ignores because nothing is drawn for them.
 * Lower, upper and lower case again are Unicode's CaseFolding (C and F), but for the dotless \u0131, which folds to
 * itself and whose capital is that of i.
 */
export function foldName(name: string): string {
  // Most names, and a listing may have a million.
  if (/^[\x20-\x7e]*$/.test(name)) return name.toLowerCase();
  return name
    .normalize('NFC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replace(/[^\u0131]+/gu, (letters) => letters.toLowerCase().toUpperCase().toLowerCase())
    .normalize('NFC');
}

function codePoint(char: string): string {
  return `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
