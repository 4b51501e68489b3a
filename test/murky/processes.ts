/** Nodes of the store as processes of their own, spoken to over HTTP, to be killed at will. */
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { temporaryFolder } from '../content/temporary.ts';
import { Rain } from '../e2e/rain.ts';

export interface NodePlace {
  readonly folder: string;
  readonly config: string;
  /** UDP. */
  readonly port: number;
}

/** Ports of TCP that are free now, and so, as good as surely, are those of UDP. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const server = createServer().listen(0, '127.0.0.1', () => resolve(server));
        }),
    ),
  );
  const ports = servers.map((server) => (server.address() as { readonly port: number }).port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

/** Places for a cluster in which every node is listed by every other; `secretOf` gives each its secret. */
export async function places(
  count: number,
  secretOf = (_node: number): string => 'a secret of the cluster',
): Promise<NodePlace[]> {
  const ports = await freePorts(count);
  return ports.map((port, node) => {
    const folder = temporaryFolder();
    const config = join(folder, 'murky-config.json');
    const servers = ports
      .filter((other) => other !== port)
      .map((other) => ({ host: '127.0.0.1', port: other }));
    writeFileSync(join(folder, 'servers.json'), JSON.stringify(servers));
    writeFileSync(
      config,
      JSON.stringify({
        http: { host: '', port: 0 },
        'pouring-rain': { port, bind: '127.0.0.1' },
        'data-dir': './data/',
        'servers-list': './servers.json',
        secret: secretOf(node),
        lan: false,
      }),
    );
    return { folder, config, port };
  });
}

export class StoreProcess {
  readonly process: Rain;
  readonly url: string;

  private constructor(process: Rain, url: string) {
    this.process = process;
    this.url = url;
  }

  static async start({ config, folder }: NodePlace): Promise<StoreProcess> {
    const process = new Rain(['node', '--config', config, '--json'], { data: join(folder, 'data') });
    const { http } = await process.until('listening');
    return new StoreProcess(process, `http://${http}`);
  }

  /** Resolves when it speaks with so many. */
  async meets(peers: number): Promise<void> {
    await this.process.until(
      'store',
      (store) => store.peers.filter(({ state }) => state === 'here').length >= peers,
    );
  }

  /** Whether it was acknowledged. */
  async put(id: number | string, body: Uint8Array | string): Promise<boolean> {
    const answer = await fetch(`${this.url}/${id}`, { method: 'PUT', body }).catch(() => undefined);
    await answer?.arrayBuffer().catch(() => undefined);
    return answer?.status === 200;
  }

  /** Undefined for 404, and when the process is gone. */
  async get(id: number | string): Promise<Uint8Array | undefined> {
    const answer = await fetch(`${this.url}/${id}`).catch(() => undefined);
    if (answer?.status !== 200) return undefined;
    return new Uint8Array(await answer.arrayBuffer());
  }
}

/** Asks again until what comes fits; the last answer when it does not in time. */
export async function eventually<T>(
  ask: () => Promise<T>,
  fits: (answer: T) => boolean,
  patienceMs = 30_000,
): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const answer = await ask();
    if (fits(answer) || performance.now() > deadline) return answer;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
