/** A package for one system, made on another, holds the native parts of that one and of no other. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listPackage } from '@electron/asar';
import { expect, test } from 'vitest';
import { plant, temporaryFolder } from '../content/temporary.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** ms: electron-builder takes its time on a busy machine. */
const PATIENCE = 180_000;

/** What a program has for electron-builder to set its fuses. */
const FUSES = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX\x01\x09111111111';
/** An Electron of which nothing is real but what electron-builder looks for. */
const WINDOWS = { 'electron.exe': FUSES, version: '', 'resources/hollow': '', 'locales/en-US.pak': '' };
const LINUX = { electron: FUSES, version: '', 'resources/hollow': '', 'locales/en-US.pak': '' };

test.each([
  ['Windows', 'electron.builder.yml', '--win', WINDOWS, 'win', 'win32-x64'],
  ['Linux', 'electron.builder.linux.yml', '--linux', LINUX, 'linux', 'linux-x64'],
] as const)(
  'a package for %s, whichever system makes it, holds native parts of that one and of no other',
  { timeout: PATIENCE },
  (_name, config, target, electron, system, part) => {
    const folder = temporaryFolder();
    plant(join(folder, 'electron'), electron);
    const overrides = {
      'directories.output': join(folder, 'made'),
      electronDist: join(folder, 'electron'),
      electronVersion: '45.0.0',
      // There is no program to change.
      disableAsarIntegrity: true,
      'win.signAndEditExecutable': false,
    };
    const set = Object.entries(overrides).map(([name, value]) => `-c.${name}=${value}`);
    const how = ['--config', config, '--publish', 'never', target, 'dir', '--x64', ...set];
    const shell = process.platform === 'win32';
    execFileSync('npx', ['--no-install', 'electron-builder', ...how], { cwd: ROOT, stdio: 'pipe', shell });

    const archive = join(folder, `made/${system}-unpacked/resources/app.asar`);
    const entries = listPackage(archive, { isPack: false }).map((entry) => entry.replaceAll('\\', '/'));
    const native = entries.filter((entry) => entry.endsWith('.node'));
    expect(native.filter((entry) => !entry.includes(part))).toEqual([]);
    expect(native).toContain(`/node_modules/better-sqlite3/prebuilds/${part}.node`);
  },
);
