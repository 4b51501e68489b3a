/**
 * `npm run test:packages -- [BASE]`: packs the app as deb and rpm, and installs, starts and removes each in a Debian
 * that has nothing else: it starts with what the package depends on, a `rain:` link reaches it by xdg-open, and nothing
 * of it is left. As root on Debian, with debootstrap, rpm and Xvfb; minutes, and half a gigabyte for the Debian, which
 * is copied from the folder BASE where one is named.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { startDisplay } from '../../tools/display.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FPM = join(ROOT, 'tools/linux-packages/fpm.ts');
const LINK = 'rain:9823d1ad7bbde89b.VrKW8--wkEbaThwBS_6fkQ?n=holiday';
const DEVTOOLS = /DevTools listening on (ws:\/\/\S+)/;
const PATIENCE = 120_000;
/** Of the person in the Debian; it has a home and nothing else. */
const PERSON = 'somebody';

const asPerson = [
  'setpriv',
  `--reuid=${PERSON}`,
  `--regid=${PERSON}`,
  '--init-groups',
  'env',
  `HOME=/home/${PERSON}`,
];

const base = process.argv[2];
const root = mkdtempSync(join(tmpdir(), 'clean-root-'));
const display = await startDisplay();
try {
  const packages = pack();
  makeRoot();
  for (const [kind, file] of Object.entries(packages)) {
    copyFileSync(file, join(root, 'package'));
    if (kind === 'deb')
      inRoot('ln -sf package /package.deb && apt-get install -qq -y --no-install-recommends /package.deb');
    // There is no Fedora here: what the deb brought stays, and the package is put beside it.
    else run('rpm', '--root', root, '--nodeps', '--install', file);
    await tryOut();
    if (kind === 'deb') inRoot('apt-get purge -qq -y pouring-rain');
    else run('rpm', '--root', root, '--erase', 'pouring-rain');
    expectNothingLeft();
    console.log(`${kind}: installed, started, reached by a link, removed`);
  }
} finally {
  display.stop();
  rmSync(root, { recursive: true, force: true });
}

/** For Electron's own where it can be had, else for the stand-in, with the names of the product. */
function pack(): { readonly deb: string; readonly rpm: string } {
  const args = [join(ROOT, 'tools/package.ts'), '--linux', 'deb', 'rpm', '-c.deb.compression=gz'];
  execFileSync(process.execPath, args, {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, CUSTOM_FPM_PATH: FPM },
  });
  const made = (end: string): string => {
    const [name] = readdirSync(join(ROOT, 'dist')).filter((each) => each.endsWith(end));
    return join(ROOT, 'dist', name);
  };
  return { deb: made('.deb'), rpm: made('.rpm') };
}

function makeRoot(): void {
  if (base === undefined) {
    const { VERSION_CODENAME } = Object.fromEntries(
      readFileSync('/etc/os-release', 'utf8')
        .split('\n')
        .map((line) => line.replaceAll('"', '').split('=')),
    );
    // From where this machine has its own packages.
    const sites = run('apt-get', 'indextargets', '--format', '$(SITE) $(RELEASE)').split('\n');
    const site = sites
      .find((line) => line.endsWith(` ${VERSION_CODENAME}`) && line.includes('/debian '))
      ?.split(' ')[0];
    run('debootstrap', '--variant=minbase', VERSION_CODENAME, root, ...(site === undefined ? [] : [site]));
  } else {
    run('cp', '-a', `${base}/.`, root);
  }
  inRoot(`apt-get update -qq; id ${PERSON} 2>/dev/null || useradd --create-home ${PERSON}`);
}

/** With mounts of its own, which go with the command. */
function command(script: string, through: readonly string[]): [string, string[]] {
  const mounts = `mount -t proc proc ${root}/proc && mount --rbind /dev ${root}/dev`;
  const inside = ['env', '-i', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'DEBIAN_FRONTEND=noninteractive'];
  const whole = ['chroot', root, ...inside, `DISPLAY=${display.name}`, ...through, 'sh', '-c', script];
  return ['unshare', ['--mount', 'sh', '-c', `${mounts} && exec "$@"`, 'sh', ...whole]];
}

function inRoot(script: string): void {
  run(...command(script, []));
}

async function tryOut(): Promise<void> {
  const app = spawn(...command('exec pouring-rain --remote-debugging-port=0', asPerson), {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(app, 'exit');
  const browser = await chromium.connectOverCDP(await devtools(app));
  const [page] = browser.contexts()[0].pages();
  await page.getByRole('button', { name: 'Share' }).first().waitFor({ timeout: PATIENCE });
  run(...command(`xdg-open '${LINK}'`, asPerson));
  await page.locator('dialog[open]').filter({ hasText: 'holiday' }).waitFor({ timeout: PATIENCE });
  await browser.close();
  app.kill('SIGTERM');
  await ended;
}

async function devtools(app: ChildProcess): Promise<string> {
  let said = '';
  for await (const text of app.stderr ?? []) {
    said += text;
    const [, address] = DEVTOOLS.exec(said) ?? [];
    if (address !== undefined) {
      app.stderr?.resume();
      return address;
    }
  }
  throw new Error(`The app did not start: ${said}`);
}

function expectNothingLeft(): void {
  rmSync(join(root, 'package'));
  const left = run('find', root, '-xdev', '-iname', '*pouring*rain*', '-not', '-path', `*/home/${PERSON}/*`);
  if (left !== '') throw new Error(`This is left:\n${left}`);
  writeFileSync(join(root, 'package'), '');
}

function run(program: string, ...rest: readonly (string | readonly string[])[]): string {
  return execFileSync(program, rest.flat(), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}
