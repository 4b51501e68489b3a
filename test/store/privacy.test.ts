import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openToOthers } from '../../core/store/privacy.ts';
import { Store } from '../../core/store/store.ts';

/** Windows has no such rights. */
const onPosix = test.skipIf(process.platform === 'win32');

/** A folder of the mode `mode`, in which files are made with the umask 0. */
function openFolder(mode: number): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'rain-privacy-')), 'data');
  const before = process.umask(0);
  mkdirSync(folder, { mode });
  onTestFinished(() => {
    process.umask(before);
    rmSync(join(folder, '..'), { recursive: true, force: true });
  });
  return folder;
}

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

onPosix('nobody else can open a file of a data folder, whatever the umask and the folder', () => {
  const folder = openFolder(0o755);
  const store = Store.open(folder);
  for (const file of ['rain.db', 'lock.db', 'lock.pid'])
    expect([file, modeOf(join(folder, file))]).toEqual([file, '600']);
  store.close();
});

onPosix('a lock that an earlier version left open to others is closed to them', () => {
  const folder = openFolder(0o700);
  writeFileSync(join(folder, 'lock.db'), '');
  expect(modeOf(join(folder, 'lock.db'))).toBe('666');
  const store = Store.open(folder);
  expect(modeOf(join(folder, 'lock.db'))).toBe('600');
  store.close();
});

onPosix.each([0o755, 0o750, 0o701, 0o770])(
  'a data folder of mode %o is complained of, with the way out',
  (mode) => {
    const folder = openFolder(mode);
    const store = Store.open(folder);
    store.close();
    expect(store.concern?.code).toBe('open-to-others');
    expect(store.concern?.message).toContain(mode.toString(8));
    expect(store.concern?.hint).toContain(`chmod 700 "${folder}"`);
    chmodSync(folder, 0o700);
    const again = Store.open(folder);
    again.close();
    expect(again.concern).toBeUndefined();
  },
);

onPosix('a data folder that the node makes is its own', () => {
  const folder = join(openFolder(0o755), 'made');
  const store = Store.open(folder);
  store.close();
  expect([modeOf(folder), store.concern]).toEqual(['700', undefined]);
});

onPosix('a file keeps the rights of its owner in the way out', () => {
  const file = join(openFolder(0o700), 'murky.json');
  writeFileSync(file, '{}', { mode: 0o644 });
  expect(openToOthers(file, 'The configuration')?.hint).toContain('chmod 600');
});
