/** A node of the store in a process of its own, without a disk of others and without the local network. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RainProcess } from '../../cli/rain-process.ts';

const SELF = [process.execPath, fileURLToPath(new URL('../../cli/index.ts', import.meta.url))] as const;

export interface Figures {
  readonly entries: number;
  readonly wanted: number;
  readonly poured: number;
  readonly said: number;
}

interface Overview {
  readonly figures: Figures;
  readonly peers: readonly { readonly state: string }[];
}

export class StoreNode {
  readonly folder: string;
  readonly url: string;
  readonly #process: RainProcess;

  private constructor(folder: string, url: string, process: RainProcess) {
    this.folder = folder;
    this.url = url;
    this.#process = process;
  }

  /** `ports`: that of the node, then those of its peers. */
  static async start(folder: string, ports: readonly number[]): Promise<StoreNode> {
    await mkdir(folder, { recursive: true });
    const [port, ...peers] = ports;
    const servers = peers.map((peer) => ({ host: '127.0.0.1', port: peer }));
    await writeFile(join(folder, 'servers.json'), JSON.stringify(servers));
    const config = join(folder, 'murky-config.json');
    const value = {
      http: { port: 0 },
      'pouring-rain': { port, bind: '127.0.0.1' },
      'servers-list': './servers.json',
      behaviour: { 'propagate-on-startup': true },
      secret: 'a secret of the bench',
      lan: false,
    };
    await writeFile(config, JSON.stringify(value));
    const process = new RainProcess(SELF, ['node', '--config', config, '--data', join(folder, 'data')]);
    const { signal } = new AbortController();
    type Listening = { readonly event: 'listening'; readonly http: string };
    const { http } = await process.until<Listening>('listening', signal);
    return new StoreNode(folder, `http://${http}`, process);
  }

  async put(id: number, body: Uint8Array): Promise<void> {
    const answer = await fetch(`${this.url}/${id}`, { method: 'PUT', body });
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`PUT /${id}: ${answer.status}`);
  }

  /** Bytes of the answer. */
  async get(id: number): Promise<number> {
    const answer = await fetch(`${this.url}/${id}`);
    if (!answer.ok) throw new Error(`GET /${id}: ${answer.status}`);
    return (await answer.arrayBuffer()).byteLength;
  }

  async overview(): Promise<Overview> {
    const answer = await fetch(`${this.url}/?limit=1`, { headers: { accept: 'application/json' } });
    return (await answer.json()) as Overview;
  }

  /** Looks often until it is so. */
  async until(holds: (overview: Overview) => boolean): Promise<void> {
    while (!holds(await this.overview())) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  /** What the process has read so far: by all reads, and from the medium. Linux. */
  async reads(): Promise<{ readonly all: number; readonly medium: number }> {
    const text = await readFile(`/proc/${this.#process.pid}/io`, 'utf8');
    const of = (name: string): number => Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(text)?.[1]);
    return { all: of('rchar'), medium: of('read_bytes') };
  }

  stop(): Promise<void> {
    return this.#process.stop();
  }
}

/** Ports that are free now. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  await Promise.all(
    servers.map((server) => new Promise<void>((done) => server.listen(0, '127.0.0.1', () => done()))),
  );
  const ports = servers.map((server) => (server.address() as { readonly port: number }).port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}
