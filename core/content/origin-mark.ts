/** Marks what was fetched as coming from elsewhere, so that the system asks before it runs it. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';

/** What the marking of files on one system is done with. */
export interface MarkingTools {
  readonly write: (path: string, text: string) => Promise<unknown>;
  readonly run: (command: string, args: readonly string[]) => Promise<unknown>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

const tools: MarkingTools = { write: writeFile, run: promisify(execFile), now: Date.now };

/**
 * Marks `files`, which are all of `root`, the file or folder that was fetched. Nothing happens on systems that look
 * at no such mark, and on disks that keep none, such as FAT: what cannot be marked is kept all the same.
 */
export async function markOrigin(
  root: string,
  files: readonly string[],
  platform: NodeJS.Platform = process.platform,
  { write, run, now }: MarkingTools = tools,
): Promise<void> {
  if (platform === 'darwin')
    await run('/usr/bin/xattr', ['-r', '-w', QUARANTINE, quarantine(now()), root]).catch(ignore);
  if (platform !== 'win32') return;
  for (const file of files) await write(`${file}:Zone.Identifier`, ZONE_INTERNET).catch(ignore);
}

/** Zone 3 of Windows, the internet. No address is in it: who reads the mark need not learn where it came from. */
const ZONE_INTERNET = '[ZoneTransfer]\r\nZoneId=3\r\n';

const QUARANTINE = 'com.apple.quarantine';

/** Downloaded (the flags that browsers set); when, in seconds since the epoch, hexadecimal; by whom. */
function quarantine(now: number): string {
  return `0081;${Math.floor(now / 1000).toString(16)};Pouring Rain;`;
}

function ignore(): void {}
