/** What the packages for Linux say, made of next to nothing; `npm run test:packages` installs real ones. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { plant, temporaryFolder } from '../content/temporary.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FPM = join(ROOT, 'tools/linux-packages/fpm.ts');

/** ms: electron-builder takes its time on a busy machine. */
const PATIENCE = 180_000;

/** What an app needs that is linked as Electron is, by the names of Debian 12; some of them have another besides. */
const LINKED = ['libgtk-3-0', 'libnss3', 'libgbm1', 'libdrm2', 'libasound2', 'libatspi2.0-0', 'libx11-xcb1'];

const hasTools = (...tools: readonly string[]): boolean => {
  const missing = tools.filter((tool) => spawnSync(tool, ['--version']).error !== undefined);
  if (missing.length > 0)
    console.warn(`SKIPPED: a package for Linux, since there is no ${missing.join(', ')} here`);
  return missing.length === 0;
};

/** Packs a folder with as good as nothing in it; returns the path of the package. */
function pack(target: 'deb' | 'rpm'): string {
  const folder = temporaryFolder();
  plant(folder, { 'app/pouring-rain': '', 'app/chrome-sandbox': '', 'app/resources/app.asar': '' });
  const made = [
    `--linux`,
    target,
    '--prepackaged',
    join(folder, 'app'),
    `-c.directories.output=${folder}/made`,
  ];
  execFileSync(
    'npx',
    [
      '--no-install',
      'electron-builder',
      '--config',
      'electron.builder.linux.yml',
      '--publish',
      'never',
      ...made,
    ],
    { cwd: ROOT, stdio: 'pipe', env: { ...process.env, CUSTOM_FPM_PATH: FPM } },
  );
  const [name] = readdirSync(join(folder, 'made')).filter((each) => each.endsWith(`.${target}`));
  return join(folder, 'made', name);
}

function run(program: string, ...args: readonly string[]): string {
  return execFileSync(program, args, { encoding: 'utf8' });
}

test.runIf(hasTools('dpkg-deb'))(
  'the deb needs all that the app is linked to, and holds no path with a space',
  () => {
    const deb = pack('deb');
    const depends = run('dpkg-deb', '--field', deb, 'Depends')
      .split(/,|\|/)
      .map((name) => name.trim());
    expect(depends).toEqual(expect.arrayContaining([...LINKED, 'xdg-utils']));
    expect(run('dpkg-deb', '--field', deb, 'Package')).toBe('pouring-rain\n');

    const tree = temporaryFolder();
    run('dpkg-deb', '--raw-extract', deb, tree);
    const files = run('find', tree, '-type', 'f', '-printf', '/%P\n').split('\n').filter(Boolean);
    expect(files).toContain('/opt/pouring-rain/pouring-rain');
    expect(files.filter((file) => /\s/.test(file))).toEqual([]);

    const entry = run('cat', join(tree, 'usr/share/applications/pouring-rain.desktop'));
    expect(entry).toMatch(/^Name=Pouring Rain$/m);
    expect(entry).toMatch(/^Exec=\/opt\/pouring-rain\/pouring-rain %U$/m);
    expect(entry).toMatch(/^MimeType=x-scheme-handler\/rain;$/m);
    expect(entry).toMatch(/^StartupWMClass=pouring-rain$/m);
    for (const script of ['postinst', 'postrm']) run('bash', '-n', join(tree, 'DEBIAN', script));
  },
  PATIENCE,
);

test.runIf(hasTools('rpmbuild'))(
  'the rpm needs all that the app is linked to, and holds no path with a space',
  () => {
    const rpm = pack('rpm');
    const requires = run('rpm', '--query', '--package', '--requires', rpm);
    for (const name of ['gtk3', 'nss', 'mesa-libgbm', 'libdrm', 'alsa-lib', 'xdg-utils'])
      expect(requires).toContain(name);
    const files = run('rpm', '--query', '--package', '--list', rpm).split('\n');
    expect(files).toContain('/opt/pouring-rain/pouring-rain');
    expect(files, 'its folders, which go with it').toContain('/opt/pouring-rain/resources');
    expect(files.filter((file) => /\s/.test(file))).toEqual([]);
  },
  PATIENCE,
);
