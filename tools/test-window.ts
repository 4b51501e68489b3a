/**
 * `npm run test:window`: the tests of the app in a real window, on a display and a session bus of their own. As root
 * on Debian it installs the system packages that they need; elsewhere it names them, and says loudly what it skips.
 */
import { spawn, spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { buildIfStale } from './build-if-stale.ts';
import { startDisplay } from './display.ts';
import { electronRuntime } from './electron-runtime/runtime.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const PLAYWRIGHT = fileURLToPath(new URL('../node_modules/playwright/cli.js', import.meta.url));

/** Electron's shared libraries, a display, a session bus, and what the check of the tray speaks to that bus with. */
const PACKAGES = [
  'libgtk-3-0',
  'libnss3',
  'libgbm1',
  'libasound2',
  'xvfb',
  'dbus',
  'dbus-bin',
  'dbus-daemon',
  'libglib2.0-bin',
  'python3-dbus',
  'python3-gi',
];
/** Newer Debian and Ubuntu have renamed some of them: either will do. */
const RENAMED: Readonly<Record<string, string>> = {
  'libgtk-3-0': 'libgtk-3-0t64',
  libasound2: 'libasound2t64',
};

const { CI } = process.env;

process.exitCode = await main();

async function main(): Promise<number> {
  buildIfStale();
  if (process.platform !== 'linux') return playwright({});
  const missing = bring(missingPackages());
  if (missing.length > 0) return skip(`these system packages are missing: ${missing.join(' ')}`);
  const { env } = await electronRuntime();
  const display = await startDisplay();
  try {
    return await playwright({ ...env, DISPLAY: display.name });
  } finally {
    display.stop();
  }
}

function playwright(env: Readonly<Record<string, string>>): Promise<number> {
  const command = [process.execPath, PLAYWRIGHT, 'test', ...process.argv.slice(2)];
  const [program, ...args] = process.platform === 'linux' ? ['dbus-run-session', '--', ...command] : command;
  const child = spawn(program, args, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...env } });
  return ended(child);
}

function skip(why: string): number {
  const line = '!'.repeat(100);
  console.error(`${line}\nSKIPPED: all tests of the window, since ${why}\n${line}`);
  // There everything can be brought.
  return CI !== undefined && process.getuid?.() === 0 ? 1 : 0;
}

function missingPackages(): string[] {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg's own placeholders
  const dpkg = spawnSync('dpkg-query', ['-W', '-f', '${binary:Package} ${db:Status-Status}\n'], {
    encoding: 'utf8',
  });
  const installed = new Set(
    (dpkg.stdout ?? '')
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(/[ :]/)[0]),
  );
  return PACKAGES.filter((name) => !installed.has(name) && !installed.has(RENAMED[name] ?? name));
}

/** Installs them where that is allowed; returns what is missing still. */
function bring(missing: readonly string[]): readonly string[] {
  const isAllowed = process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0;
  if (missing.length === 0 || !isAllowed) return missing;
  console.error(`Installing what the tests of the window need: ${missing.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...args: string[]): boolean =>
    spawnSync('apt-get', ['-qq', ...args], { env, stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
  const install = (): boolean => apt('install', '-y', '--no-install-recommends', ...missing);
  if (!install()) {
    apt('update');
    install();
  }
  return missingPackages();
}

function ended(child: ReturnType<typeof spawn>): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
