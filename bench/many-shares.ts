/**
 * A node that knows of very much: 10,000 shares of real files, and 1,000 transfers that were paused. How long the
 * commands take to start with them, and how much memory. Linux, for its /proc.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ManifestBuilder } from '../core/content/build.ts';
import { identify } from '../core/content/manifest.ts';
import { scanTree } from '../core/content/scan.ts';
import type { Tree } from '../core/content/tree.ts';
import { stampsOf } from '../core/node/share-identity.ts';
import { Store } from '../core/store/store.ts';
import { formatLink } from '../core/wire/link.ts';
import { residentOf } from './memory/process.ts';
import { runRain, startRain } from './memory/rain.ts';
import { table } from './table.ts';

const SHARES = 10_000;
const TRANSFERS = 1000;
/** Bytes of a shared file. */
const FILE_BYTES = 4096;
/** Bytes of what a transfer fetches, and which of its blocks are here: half of them, and a piece of the next. */
const TRANSFER_BYTES = 2 ** 30;
const BLOCK_BYTES = 1024 * 1152;
const HALF = Math.floor(TRANSFER_BYTES / BLOCK_BYTES / 2);
const DROPLETS = 100;
/** ms after which a node that serves has looked at some of its files. */
const SETTLE = 10_000;
const LOOPBACK = '127.0.0.1';

interface Step {
  readonly what: string;
  readonly seconds: number;
  readonly peak: number;
  readonly allowedSeconds: number;
  readonly allowedBytes: number;
}

export async function benchManyShares({ json }: { readonly json: boolean }): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'pouring-rain-many-'));
  try {
    const steps = [...(await measureShares(folder)), await measureTransfers(folder)];
    console.log(json ? JSON.stringify(steps, undefined, 2) : report(steps));
    const isTooMuch = (step: Step): boolean =>
      step.seconds > step.allowedSeconds || step.peak > step.allowedBytes;
    if (steps.some(isTooMuch)) process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureShares(folder: string): Promise<Step[]> {
  const data = join(folder, 'shares');
  const [link] = await fillWithShares(data, join(folder, 'files'));
  const allowed = { allowedSeconds: 2, allowedBytes: 300e6 };
  const listing = await runRain('ls', '--data', data);

  const began = performance.now();
  const node = startRain('node', '--data', data, '--no-lan', '--http', `${LOOPBACK}:0`);
  try {
    const { signal } = new AbortController();
    type Listening = { readonly event: 'listening'; readonly port: number };
    const { port } = await node.until<Listening>('listening', signal);
    const starting = (performance.now() - began) / 1000;
    const from = ['--from', `${LOOPBACK}:${port}`, '--no-lan', '--quiet'];
    const fetching = await runRain(
      ...['get', link, ...from, '--data', join(folder, 'client'), '--out', folder],
    );
    await new Promise((resolve) => setTimeout(resolve, SETTLE));
    const { peak } = residentOf(node.pid ?? 0);
    return [
      { what: `rain ls, ${SHARES} shares`, ...listing, ...allowed },
      { what: `rain node, ${SHARES} shares, until it serves`, seconds: starting, peak, ...allowed },
      { what: 'rain get of one of them', ...fetching, ...allowed },
    ];
  } finally {
    await node.stop();
  }
}

async function measureTransfers(folder: string): Promise<Step> {
  const data = join(folder, 'transfers');
  fillWithTransfers(data, folder);
  const listing = await runRain('ls', '--data', data);
  return {
    what: `rain ls, ${TRANSFERS} paused transfers`,
    ...listing,
    allowedSeconds: 1,
    allowedBytes: 300e6,
  };
}

/** What sharing them one by one would leave behind, in one transaction. Returns their links. */
async function fillWithShares(data: string, files: string): Promise<string[]> {
  await mkdir(files);
  const store = Store.open(data);
  const rows: { path: string; tree: Tree; manifest: Uint8Array }[] = [];
  const buffer = new Uint8Array(BLOCK_BYTES);
  for (let n = 0; n < SHARES; n++) {
    const path = join(files, `file ${n}.txt`);
    await writeFile(path, `${n} `.repeat(FILE_BYTES).slice(0, FILE_BYTES));
    const tree = await scanTree([path]);
    const step = new ManifestBuilder(tree).step(buffer);
    if (!step.done) throw new Error('a file of one block is hashed in one step');
    rows.push({ path, tree, manifest: step.result.bytes });
  }
  const links = store.transaction(() =>
    rows.map(({ path, tree, manifest }) => {
      const { id, digest } = identify(manifest);
      store.manifests.put(digest, manifest);
      const { key } = store.shares.add({
        id,
        digest,
        contentKey: null,
        name: tree.name,
        public: true,
        paths: [path],
        bytes: tree.length,
        files: 1,
        leftOut: null,
        state: 'serving',
        problem: null,
        origin: 'share',
        addedAt: Date.now(),
      });
      store.shares.setStamps(key, stampsOf(tree));
      return formatLink({ id, digest, servers: [] });
    }),
  );
  store.close();
  return links;
}

/** Half of each is here, and some droplets. */
function fillWithTransfers(data: string, into: string): void {
  const store = Store.open(data);
  const verified = Array.from({ length: HALF }, (_, block) => block);
  const ids = Uint32Array.from({ length: DROPLETS }, (_, id) => id);
  const payload = new Uint8Array(DROPLETS * 1152);
  store.transaction(() => {
    for (let n = 1; n <= TRANSFERS; n++) {
      const id = n.toString(16).padStart(16, '0');
      const digest = new Uint8Array(32);
      digest[0] = n;
      digest[1] = n >> 8;
      // As long as the manifest of such a file.
      store.manifests.put(digest, new Uint8Array(32 * 2 * HALF));
      const { key } = store.transfers.add({
        id,
        link: `rain:${id}`,
        digest,
        contentKey: null,
        name: `film ${n}.mkv`,
        called: null,
        intoFolder: into,
        partPath: join(into, `film ${n}.mkv.part`),
        finalPath: null,
        state: 'paused',
        problem: null,
        seed: true,
        fromHints: ['192.0.2.7:1980'],
        bytes: TRANSFER_BYTES,
        files: 1,
        folders: 0,
        onlyLeast: null,
        onlyMost: null,
        leftOut: null,
        hold: false,
        background: false,
        addedAt: Date.now(),
        doneAt: null,
      });
      store.verifiedBlocks.mark(key, verified, HALF * BLOCK_BYTES, 0);
      store.droplets.add(key, [{ block: HALF, ids, payload }]);
    }
  });
  store.close();
}

function report(steps: readonly Step[]): string {
  const rows = steps.map(({ what, seconds, peak, allowedSeconds, allowedBytes }) => [
    what,
    seconds.toFixed(2),
    allowedSeconds.toFixed(0),
    (peak / 1e6).toFixed(0),
    (allowedBytes / 1e6).toFixed(0),
  ]);
  const [minute] = loadavg();
  const heading = `processes from their start; load of the last minute ${minute.toFixed(1)}`;
  return `${heading}\n\n${table(['', 's', 'at most', 'MB at most', 'allowed'], rows)}`;
}
