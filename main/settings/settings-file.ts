/** The file of the settings: JSON in the data folder of the app. */
import { copyFileSync, readFileSync, renameSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '../../core/api.ts';
import type { Settings } from '../../preload/contract.ts';
import { repairSettings } from './schema.ts';

const NAME = 'settings.json';
const KEPT_ASIDE = 'settings.broken.json';

export interface Loaded {
  readonly settings: Settings;
  /** To be told to the person when something in the file could not be read. */
  readonly problem?: Problem;
}

/**
 * Reads the settings of `folder`; whatever cannot be read is the default, and the file is then kept aside. Waits for
 * the disk: it is read once, before there is a window, which needs the theme.
 */
export function loadSettings(folder: string, defaults: Settings): Loaded {
  const file = join(folder, NAME);
  const aside = join(folder, KEPT_ASIDE);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { settings: defaults };
    // What cannot be read cannot be copied either, and is about to be written over.
    const hint = keptAside(() => renameSync(file, aside)) || 'Check who may read the file.';
    return { settings: defaults, problem: problem(file, 'everything', hint) };
  }
  const { settings, faults } = repairSettings(parsed(text), defaults);
  if (faults.length === 0) return { settings };
  const hint = keptAside(() => copyFileSync(file, aside));
  return { settings, problem: problem(file, faults.join(', '), hint) };
}

/** Replaces the file in one step: a crash leaves the old one or the new one. Rejects with the error of the disk. */
export async function saveSettings(folder: string, settings: Settings): Promise<void> {
  const file = join(folder, NAME);
  const draft = `${file}.new`;
  const handle = await open(draft, 'w');
  try {
    await handle.writeFile(`${JSON.stringify(settings, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Says where the file is after `keep`; nothing when that has failed. */
function keptAside(keep: () => void): string {
  try {
    keep();
    return `The file as it was is kept as ${KEPT_ASIDE}.`;
  } catch {
    return '';
  }
}

function problem(file: string, what: string, hint: string): Problem {
  const message = `The settings in ${file} could not be read (${what}); the defaults stand in for them.`;
  return { code: 'bad-config', message, hint };
}
