/** What `npm run pack:cli` makes, which is what npm installs. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { bundleCli } from '../../tools/cli-bundle.ts';
import { LICENSES, packagesOf } from '../../tools/licenses.ts';
import { temporaryFolder } from '../content/temporary.ts';

const PACK = fileURLToPath(new URL('../../tools/pack-cli.ts', import.meta.url));
const COMMAND = 'package/out/cli/index.js';

test('the package holds the command, its licences and no more, and says which Nodes it runs on', () => {
  const folder = temporaryFolder();
  execFileSync(process.execPath, [PACK, folder], { stdio: 'ignore' });
  const [archive] = readdirSync(folder);
  const tar = (...args: string[]): string => execFileSync('tar', args, { cwd: folder, encoding: 'utf8' });
  const files = tar('-tzf', archive).split(/\r?\n/).filter(Boolean);
  const other = files.filter(
    (file) => !/^package\/out\/cli\/([\w.-]+\.js|prebuilds\/[\w-]+\.node)$/.test(file),
  );
  expect(files).toContain(COMMAND);
  expect(other.sort()).toEqual(
    ['CHANGELOG.md', 'LICENSE', 'README.md', `out/cli/${LICENSES}`, 'package.json'].map(
      (name) => `package/${name}`,
    ),
  );

  tar('-xzf', archive);
  const manifest = JSON.parse(readFileSync(join(folder, 'package/package.json'), 'utf8'));
  expect(Object.keys(manifest)).not.toContain('devDependencies');
  expect(manifest).toMatchObject({
    engines: { node: '^22.14.0 || >=23.6.0' },
    bin: { rain: 'out/cli/index.js' },
  });
  const version = execFileSync(process.execPath, [join(folder, COMMAND), '--version'], { encoding: 'utf8' });
  expect(version.trim()).toBe(manifest.version);
});

test('the licence of every package that the bundle holds a part of lies beside it', async () => {
  const folder = temporaryFolder();
  await bundleCli(folder);
  // The maps know where each line is from.
  const maps = readdirSync(folder).filter((name) => name.endsWith('.map'));
  const sources = maps.flatMap(
    (name): string[] => JSON.parse(readFileSync(join(folder, name), 'utf8')).sources,
  );
  const names = [...packagesOf(sources)].map((each) => each.replace(/^.*node_modules\//, ''));
  expect(names.length).toBeGreaterThan(20);

  const parts = readFileSync(join(folder, LICENSES), 'utf8').split(/^-{80}$/m);
  const short = names.filter((name) => {
    const part = parts.find((text) => text.includes(`\n${name} `)) ?? '';
    return !/permission|permitted|(apache|mit) license/i.test(part);
  });
  expect(short, 'without the text of a licence').toEqual([]);
});
