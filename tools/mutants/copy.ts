/** A copy of the working tree, to be broken: threads and processes that tests start read its files too. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What is made and not kept in Git: linked to. */
const MADE = ['node_modules', 'out', 'core/fountain/kernel/kernel.wasm.ts'];

/** Returns its folder; it goes when this process ends. */
export function copyOf(root: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'rain-mutants-'));
  process.once('exit', () => rmSync(copy, { recursive: true, force: true }));
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  for (const path of listed.split('\n')) {
    if (path === '' || !existsSync(join(root, path))) continue;
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    copyFileSync(join(root, path), join(copy, path));
  }
  for (const path of MADE) if (existsSync(join(root, path))) symlinkSync(join(root, path), join(copy, path));
  return copy;
}
