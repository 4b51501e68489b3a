/** `npm start`: the built app in the Electron of this machine. `--dev`: electron-vite's server, reloading on change. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { electronRuntime } from './electron-runtime/runtime.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** What a shell says when a program's shared libraries are missing. */
const NOT_STARTED = 127;
const NO_DISPLAY =
  'There is no display here, so the window cannot open; `npx rain --help` says how to share and fetch from a terminal.';
const NO_LIBRARIES =
  'On Debian: apt-get install libgtk-3-0 libnss3 libgbm1 libasound2. Without them, use `npx rain`.';

const { DISPLAY, WAYLAND_DISPLAY } = process.env;
const args = process.argv.slice(2);

if (process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY) {
  console.error(NO_DISPLAY);
  process.exitCode = 1;
} else {
  process.exitCode = await start();
}

async function start(): Promise<number> {
  const { executable, env } = await electronRuntime();
  // Chromium refuses its sandbox to root.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const child =
    args[0] === '--dev'
      ? spawn(
          process.execPath,
          [
            `${ROOT}node_modules/electron-vite/bin/electron-vite.js`,
            'dev',
            ...args.slice(1),
            '--',
            ...asRoot,
          ],
          {
            cwd: ROOT,
            env: { ...process.env, ...env },
            stdio: 'inherit',
          },
        )
      : spawn(executable, [...asRoot, ROOT, ...args], { env: { ...process.env, ...env }, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (exit, signal) => resolve(exit ?? (signal === null ? 1 : 0)));
  });
  if (code === NOT_STARTED) console.error(NO_LIBRARIES);
  return code;
}
