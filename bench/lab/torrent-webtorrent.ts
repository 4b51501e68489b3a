/**
 * WebTorrent over plain TCP between given addresses, nothing else of it. MODULE is its URL.
 *
 * MODULE make FILE TORRENT
 * MODULE seed TORRENT FOLDER ADDRESS PORT    says "ready", and ends when its standard input does
 * MODULE get TORRENT FOLDER ADDRESS:PORT...  ends when the file is whole
 */
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';

/** What is used of it. */
interface Torrent extends NodeJS.EventEmitter {
  readonly done: boolean;
  readonly torrentFile: Uint8Array;
  addPeer(address: string): void;
}
interface Client extends NodeJS.EventEmitter {
  seed(file: string, options: object): Torrent;
  add(torrent: Uint8Array, options: object): Torrent;
}

const [module, role, ...words] = process.argv.slice(2);
const { default: WebTorrent }: { default: new (options: object) => Client } = await import(module);
const ALONE = {
  dht: false,
  tracker: false,
  lsd: false,
  natUpnp: false,
  natPmp: false,
  utp: false,
  utPex: false,
};

function client(torrentPort: number): Client {
  return new WebTorrent({ ...ALONE, webSeeds: false, torrentPort }).on('error', (error) => {
    throw error;
  });
}

async function finish(torrent: Torrent): Promise<void> {
  if (!torrent.done) await once(torrent, 'done');
}

async function make(file: string, to: string): Promise<void> {
  const torrent = client(0).seed(file, { announce: [] });
  await once(torrent, 'infoHash');
  await writeFile(to, torrent.torrentFile);
}

async function seed(torrent: string, folder: string, _address: string, port: string): Promise<void> {
  await finish(client(Number(port)).add(await readFile(torrent), { path: folder }));
  console.log('ready');
  await once(process.stdin.resume(), 'end');
}

async function get(file: string, folder: string, ...seeds: readonly string[]): Promise<void> {
  const torrent = client(0).add(await readFile(file), { path: folder });
  await once(torrent, 'infoHash');
  for (const address of seeds) torrent.addPeer(address);
  await finish(torrent);
}

if (role === 'make') await make(words[0], words[1]);
else if (role === 'seed') await seed(words[0], words[1], words[2], words[3]);
else await get(words[0], words[1], ...words.slice(2));
process.exit();
