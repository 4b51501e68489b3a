/**
 * A power cut in the middle of a write: of what the call has changed on the disk some sectors are old and some new, in
 * the order that SQLite has them synced in. It opens, and has all that had returned, and of the call all or nothing.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Random, seeded, unit } from '../../core/protocol/random.ts';
import { Store } from '../../core/store/store.ts';
import { newTransfer, openStore, temporaryFolder } from './fixtures.ts';

/** What a disk writes whole or not at all, bytes. */
const SECTOR = 512;
const CALLS = 40;
const SYMBOL = 1152;

interface Files {
  readonly db: Buffer;
  readonly wal: Buffer;
}

test.each([1, 2])('all or nothing of a call is kept when the power is cut in it (seed %i)', (seed) => {
  const random = seeded(seed);
  const dataDir = temporaryFolder();
  const store = openStore(dataDir);
  const { key } = store.transfers.add(newTransfer(1));
  let checkpoints = 0;
  for (let call = 0; call < CALLS; call++) {
    const [before, was] = [filesOf(dataDir), contentOf(store, key)];
    change(store, key, random, call);
    const [after, is] = [filesOf(dataDir), contentOf(store, key)];
    const isCheckpointed = !before.db.equals(after.db);
    if (isCheckpointed) checkpoints++;
    const log = reopened({ db: before.db, wal: torn(before.wal, after.wal, random) }, key);
    expect([was, is], `call ${call}`).toContainEqual(log);
    // The log is synced before the database is written to.
    if (isCheckpointed)
      expect(reopened({ db: torn(before.db, after.db, random), wal: after.wal }, key)).toEqual(is);
  }
  expect(checkpoints, 'else half of this was not tried').toBeGreaterThan(1);
});

/** Something that a transfer has written. */
function change(store: Store, key: number, random: Random, call: number): void {
  const count = 100 + (random.u32() % 900);
  const ids = Uint32Array.from({ length: count }, (_, i) => i);
  const payload = new Uint8Array(count * SYMBOL).fill(call);
  const block = random.u32() % 8;
  const kind = random.u32() % 4;
  if (kind === 0) store.verifiedBlocks.mark(key, [block], call, 0);
  else if (kind === 1) store.transfers.update(key, { name: `call ${call}`, state: 'paused' });
  else store.droplets.add(key, [{ block, ids, payload }]);
}

/** All that there is to be lost. */
function contentOf(store: Store, key: number): unknown {
  return {
    transfer: store.transfers.get(key),
    verified: store.verifiedBlocks.bitmap(key, 8),
    droplets: store.droplets.summary(key),
    fills: [...store.droplets.of(key)].map(({ payload }) => [payload[0], payload.at(-1), payload.length]),
  };
}

function filesOf(dataDir: string): Files {
  return { db: readFileSync(join(dataDir, 'rain.db')), wal: readFileSync(join(dataDir, 'rain.db-wal')) };
}

/** What a store finds that is opened over these files. */
function reopened({ db, wal }: Files, key: number): unknown {
  const dataDir = join(temporaryFolder(), 'after');
  mkdirSync(dataDir);
  writeFileSync(join(dataDir, 'rain.db'), db);
  writeFileSync(join(dataDir, 'rain.db-wal'), wal);
  const store = Store.open(dataDir);
  try {
    return contentOf(store, key);
  } finally {
    store.close();
  }
}

/** On its way from one to the other: each sector is either's; a file that grew has got its length, or a part of it. */
function torn(before: Buffer, after: Buffer, random: Random): Buffer {
  const from = Math.min(before.length, after.length);
  const length = from + Math.floor(unit(random) * (Math.max(before.length, after.length) - from + 1));
  const mixed = Buffer.alloc(length);
  before.copy(mixed);
  const odds = unit(random);
  for (let at = 0; at < length; at += SECTOR)
    if (unit(random) < odds) after.copy(mixed, at, at, Math.min(at + SECTOR, length));
  return mixed;
}
