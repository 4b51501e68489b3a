/**
 * A store in a process of its own, for tests that kill it: `node child.ts hold|write DATADIR`. It says `open` once
 * it has the folder, then holds it, or writes without end and says `done N` after each write that has returned.
 */
import { Failure } from '../../core/failure.ts';
import { Store } from '../../core/store/store.ts';

const [mode, dataDir] = process.argv.slice(2);

try {
  const store = Store.open(dataDir);
  process.stdout.write('open\n');
  if (mode === 'write') writeForEver(store);
  setInterval(() => {}, 1000);
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  process.stdout.write(`${error.code} ${error.message}\n`);
}

/** Every round stores droplets for two blocks and verifies one, so that the totals tell how far it came. */
function writeForEver(store: Store): never {
  const { key } = store.transfers.list()[0];
  const ids = Uint32Array.from({ length: 32 }, (_, id) => id);
  const payload = new Uint8Array(32 * 1152);
  for (let round = 0; ; round++) {
    store.droplets.add(key, [
      { block: 2 * round, ids, payload },
      { block: 2 * round + 1, ids, payload },
    ]);
    store.verifiedBlocks.mark(key, [2 * round], round + 1, 0);
    process.stdout.write(`done ${round + 1}\n`);
  }
}
