/** What ships, as far as it can be built on this system: packed by one command, started, and made to share a file. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listPackage } from '@electron/asar';
import { chromium, type Page } from 'playwright';
import { writeSettings } from './harness/settings.ts';
import { expect, test } from './harness/test.ts';
import { AppWindow } from './harness/window.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PACKED = join(ROOT, 'dist', 'linux-unpacked');
/** Some packages of each part of the app. */
const BUNDLED = [
  'react',
  '@radix-ui/primitive',
  'i18next',
  'fastify',
  'cborg',
  'hash-wasm',
  'better-sqlite3',
  '@napi-rs/blake-hash',
];
const DEVTOOLS = /DevTools listening on (ws:\/\/\S+)/;

test.skip(
  process.platform !== 'linux',
  'the folder that electron-builder makes is looked for where Linux has it',
);

test('the packaged app holds what it needs and nothing else, and shares a file', async ({ folder, get }) => {
  test.setTimeout(180_000);
  execFileSync(process.execPath, [join(ROOT, 'tools/package.ts'), '--dir'], { cwd: ROOT, stdio: 'ignore' });
  expect(strangers()).toEqual([]);
  const licenses = readFileSync(join(PACKED, 'resources/LICENSES.txt'), 'utf8');
  expect(BUNDLED.filter((name) => !licenses.includes(`\n${name} `))).toEqual([]);

  const file = join(folder, 'packed.txt');
  writeFileSync(file, 'rain in a box');
  writeSettings(folder, {});
  await using app = await startPackaged(folder);
  const shown = new AppWindow(app.page, () => Promise.reject(new Error('there is no main process to ask')));
  await shown.button('Share').waitFor();
  const about = await app.page.evaluate(() => window.rain.state());
  expect(about).toMatchObject({ ok: true, value: { engine: { state: 'open' } } });

  await shown.drop([file]);
  await expect
    .poll(async () => (await shown.share('packed.txt').catch(() => undefined))?.state)
    .toBe('serving');
  const { link } = await shown.share('packed.txt');
  const { port } = (await shown.state()).node;
  const client = get(link, '--from', `127.0.0.1:${port}`);
  const { path } = await client.event('done');
  expect(path).not.toBe(file);
  expect(await client.ended()).toBe(0);
});

/** Entries of the archive that are neither built code, nor icons, nor the packages that bring binaries. */
function strangers(): string[] {
  const wanted =
    /^\/(package\.json|LICENSE|out(\/(main|preload|renderer)(\/.*)?)?|resources(\/tray[^/]*\.png)?|node_modules(\/(better-sqlite3|bindings|file-uri-to-path|@napi-rs)(\/.*)?)?)$/;
  const unwanted = /\.map$|\.ts$|better-sqlite3\/(deps|src)\//;
  const entries = listPackage(join(PACKED, 'resources/app.asar'), { isPack: false });
  const loose = readdirSync(join(PACKED, 'resources')).filter((name) => !/^(app\.asar|LICENSES)/.test(name));
  return [...entries.filter((entry) => !wanted.test(entry) || unwanted.test(entry)), ...loose];
}

/** With its inspector fused off, a packaged app is reached by the port of its Chromium alone. */
async function startPackaged(data: string): Promise<{ readonly page: Page } & AsyncDisposable> {
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const child = spawn(join(PACKED, 'pouring-rain'), [...asRoot, '--remote-debugging-port=0'], {
    env: { ...process.env, RAIN_USER_DATA: join(data, 'app') },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit');
  let said = '';
  child.stderr.on('data', (text: Buffer) => {
    said += text.toString();
  });
  await expect.poll(() => said, { timeout: 30_000 }).toMatch(DEVTOOLS);
  const browser = await chromium.connectOverCDP(DEVTOOLS.exec(said)?.[1] ?? '');
  const [context] = browser.contexts();
  await expect.poll(() => context.pages().length).toBe(1);
  const stop = async (): Promise<void> => {
    await browser.close();
    child.kill('SIGTERM');
    await ended;
  };
  return { page: context.pages()[0], [Symbol.asyncDispose]: stop };
}
