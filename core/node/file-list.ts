/** What is in a transfer, a part at a time: for a person who decides whether to fetch it. */
import type { FileList, FileQuery, ListedFile } from '../api.ts';
import type { OpenManifest } from '../content/manifest.ts';
import { revealed } from '../plain-text.ts';

/** Of one answer; a folder may have a million. */
export const MAX_LISTED = 500;
/** What a system runs, or runs something else by, when it is opened. */
const RUNS =
  /\.(?:app|appimage|apk|bat|cmd|com|command|cpl|deb|desktop|dll|dmg|exe|hta|jar|js|jse|lnk|msi|msix|pif|pkg|ps1|py|reg|rpm|run|scr|scpt|sh|url|vbe|vbs|wsf|workflow)$/i;

/** The part of the files, in the order of the listing, that `query` asks for. `name`: of a single file. */
export function fileList(manifest: OpenManifest, name: string, query: FileQuery): FileList {
  const wanted = query.containing?.toLowerCase() ?? '';
  const end = query.from + Math.min(query.count, MAX_LISTED);
  const files: ListedFile[] = [];
  let total = 0;
  let running = 0;
  for (const file of filesOf(manifest, name)) {
    const runs = file.executable || RUNS.test(file.path);
    if (runs) running++;
    if (wanted !== '' && !file.path.toLowerCase().includes(wanted)) continue;
    if (total >= query.from && total < end)
      files.push({ path: revealed(file.path), bytes: file.length, runs });
    total++;
  }
  return { files, total, running };
}

function* filesOf(
  { listing, length }: OpenManifest,
  name: string,
): Iterable<{ readonly path: string; readonly length: number; readonly executable: boolean }> {
  if (listing === undefined) yield { path: name, length, executable: false };
  for (const entry of listing ?? []) if (entry.kind === 'file') yield entry;
}
