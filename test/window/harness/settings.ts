/** The settings that an app of a test starts with: alone on the loopback, in English, and asking nothing it need not. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../../../preload/contract.ts';

/** Where the app of the data folder `data` keeps what is its own. */
export function appFolder(data: string): string {
  return join(data, 'app');
}

export function downloadFolder(data: string): string {
  return join(data, 'downloads');
}

export function writeSettings(data: string, settings: Partial<Settings>): void {
  const all: Partial<Settings> = {
    downloadFolder: downloadFolder(data),
    bind: '127.0.0.1',
    lan: false,
    language: 'en',
    theme: 'light',
    ...settings,
  };
  mkdirSync(appFolder(data), { recursive: true });
  writeFileSync(join(appFolder(data), 'settings.json'), JSON.stringify(all));
}
