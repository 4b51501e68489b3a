/** One node that serves, and runs of others that fetch from it and are disturbed; and what became of each. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import type { Node, NodeOptions, ShareRequest, ShareSnapshot, TransferSnapshot } from '../../core/api.ts';
import { type FileSystem, realFileSystem } from '../../core/content/file-system.ts';
import { blockLength, blockOffset } from '../../core/content/layout.ts';
import { RainNode } from '../../core/node/rain-node.ts';
import { seeded } from '../../core/protocol/random.ts';
import { type Kept, readKept } from '../e2e/kept.ts';
import { oneThread } from './one-thread.ts';

/** ms; far more than any of these transfers takes on a full machine. */
const PATIENCE = 30_000;
/** What errors begin with that say that nothing came of it. */
export const STUCK = 'nothing';
/** Bytes a second. */
const SLOW = 8_000_000;

/** Nobody runs threads of their own here. */
const NO_FILES = { net: '', codec: '' };

/** What is fetched. */
export interface Resource {
  readonly path: string;
  readonly link: string;
  /** All bytes of its files, in their order. */
  readonly content: Buffer;
}

export interface Scene {
  readonly folder: string;
  /** Of the nodes that serve: one as fast as it can, one so that records are made on the way. */
  readonly addresses: readonly string[];
  readonly resources: readonly Resource[];
  close(): Promise<void>;
}

/** A node that looks for nobody. */
export function openNode(
  dataDir: string,
  fs: FileSystem = realFileSystem,
  options: Partial<NodeOptions> = {},
): Promise<Node> {
  const own = { dataDir, lan: false, bind: '127.0.0.1', port: 0 };
  return RainNode.open({ ...own, ...options }, NO_FILES, oneThread(fs));
}

/** Serves a public file of three blocks, and a private folder with small, empty and executable files. */
export async function openScene(): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), 'rain-torture-'));
  const fast = await openNode(join(folder, 'fast'));
  const slow = await openNode(join(folder, 'slow'), realFileSystem, { uploadLimit: SLOW });
  const nodes = [fast, slow];
  const file = join(folder, 'file.bin');
  writeNoise(file, 2_500_000, 1);
  const several = join(folder, 'several');
  for (const [name, bytes, mode] of [
    ['a/tool', 300_000, 0o755],
    ['a/b/empty', 0, 0o644],
    ['a/b/small', 1, 0o644],
    ['large', 1_100_000, 0o644],
    ['z', 5000, 0o644],
  ] as const)
    writeNoise(join(several, name), bytes, bytes, mode);
  const resources: Resource[] = [];
  for (const [path, isPublic] of [
    [file, true],
    [several, false],
  ] as const) {
    const link = await linkOf(fast, { paths: [path], public: isPublic });
    await linkOf(slow, { paths: [path], public: isPublic, as: link });
    resources.push({ path, link, content: Buffer.concat(filesOf(path).map((at) => readFileSync(at))) });
  }
  const close = async (): Promise<void> => {
    for (const node of nodes) await node.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { folder, addresses: nodes.map((node) => node.snapshot().addresses[0]), resources, close };
}

/** Shares, and resolves when it is served. */
async function linkOf(node: Node, request: ShareRequest): Promise<string> {
  const { key } = await node.share(request);
  const serving = (): ShareSnapshot | undefined =>
    node.snapshot().shares.find((share) => share.key === key && share.state === 'serving');
  return (await until(node, serving)).link;
}

/** The folders of one client. */
export interface Place {
  readonly data: string;
  readonly out: string;
}

export function newPlace(root: string, name: string): Place {
  const place = { data: join(root, name, 'data'), out: join(root, name, 'out') };
  for (const folder of [place.data, place.out]) mkdirSync(folder, { recursive: true });
  return place;
}

/** Begins, or goes on with, a transfer; resolves with its key. */
export async function fetchInto(
  node: Node,
  { link }: Resource,
  from: string,
  { out }: Place,
): Promise<number> {
  return (await node.fetch({ link, from: [from], into: out, seed: false })).key;
}

/** It has come to an end, or says why it has come to none. */
function isAtRest({ state }: TransferSnapshot): boolean {
  return state === 'done' || state === 'failed' || state === 'stalled';
}

/** Resolves with what `look`, asked at every event, finds; rejects when that takes too long. */
export function until<T>(node: Node, look: () => T | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    let last: TransferSnapshot | undefined;
    const unsubscribe = node.subscribe((event) => {
      if (event.type === 'transfer') last = event.transfer;
      check();
    });
    const timer = setTimeout(() => {
      unsubscribe();
      reject(new Error(`${STUCK} in ${PATIENCE} ms: ${JSON.stringify(last)}`));
    }, PATIENCE);
    const check = (): void => {
      const found = look();
      if (found === undefined) return;
      clearTimeout(timer);
      unsubscribe();
      resolve(found);
    };
    check();
  });
}

/** The transfer `key`, once it is at rest or `isOver`. */
export function atRest(node: Node, key: number): Promise<TransferSnapshot> {
  return until(node, () => node.snapshot().transfers.find((each) => each.key === key && isAtRest(each)));
}

/** What a client that is not running has; throws when a block that counts as verified is not what it should be. */
export function inspect({ data, out }: Place, { content }: Resource): Kept {
  const kept = readKept(data);
  if (kept.verified.size === 0) return kept;
  // Beside a part there may be the empty folder that was to hold its name.
  const there = readdirSync(out);
  const at = join(out, there.find((name) => name.endsWith('.part')) ?? there[0]);
  const bytes = Buffer.concat(filesOf(at).map((path) => readFileSync(path)));
  const layout = { length: content.length, symbolSize: 1152, symbolsPerBlock: 1024 };
  for (const block of kept.verified) {
    const start = blockOffset(layout, block);
    const end = start + blockLength(layout, block);
    if (!bytes.subarray(start, end).equals(content.subarray(start, end)))
      throw new Error(`block ${block} counts as verified and is wrong`);
  }
  return kept;
}

/**
 * Throws unless what is at a path is what was shared. A part that nobody had recorded when all ended may be left beside
 * it, or the empty folder that was to hold its name: neither is anybody's to take away.
 */
export function expectRight({ out }: Place, { path }: Resource, at: string): void {
  const [wanted, there] = [filesOf(path), filesOf(at)];
  const names = (root: string, files: readonly string[]): string =>
    files.map((file) => `${relative(root, file)} ${statSync(file).mode & 0o111}`).join();
  if (names(path, wanted) !== names(at, there)) throw new Error(`${names(at, there)} is there`);
  for (const [i, file] of wanted.entries())
    if (!readFileSync(file).equals(readFileSync(there[i]))) throw new Error(`${there[i]} is wrong`);
  const others = readdirSync(out).filter(
    (name) => join(out, name) !== at && !name.includes('.part') && filesOf(join(out, name)).length > 0,
  );
  if (others.length > 0) throw new Error(`${others} was left behind`);
}

function writeNoise(path: string, bytes: number, seed: number, mode = 0o644): void {
  mkdirSync(dirname(path), { recursive: true });
  const random = seeded(seed);
  const words = Uint32Array.from({ length: Math.ceil(bytes / 4) }, () => random.u32());
  writeFileSync(path, new Uint8Array(words.buffer, 0, bytes), { mode });
}

/** All files at or below a path, in the order of a listing. */
function filesOf(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  const below = readdirSync(path, { recursive: true, encoding: 'utf8' }).sort();
  return below.map((name) => join(path, name)).filter((each) => statSync(each).isFile());
}
