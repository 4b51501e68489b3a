/** A whole swarm on one machine: nodes that share a random file, a link that loses datagrams, a node that fetches. */
import { createHash, randomFillSync } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { DropletCounts, TransferState } from '../core/api.ts';
import { Failure } from '../core/failure.ts';
import type { DemoCommand } from './arguments.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import type { Context } from './host.ts';
import { LossyLink } from './lossy-link.ts';
import { RainProcess } from './rain-process.ts';
import type { DemoResult, ProgressView, ServerLine } from './report.ts';
import { count, formatBytes, formatRate } from './text.ts';

const LOOPBACK = '127.0.0.1';
/** Both ways lose nearly what they should from a few hundred datagrams on, whatever share that is. */
const LOSS_SEED = 105;
/** Bytes per second of each: all processes share a few cores, and without a limit they would lose datagrams to that. */
const SERVER_RATE = 10e6;
const CHUNK = 4 * 2 ** 20;

/** What the processes say, as report-json.ts writes it. */
interface SharedEvent {
  readonly event: 'shared';
  readonly id: string;
  readonly port: number;
}

interface ProgressEvent {
  readonly event: 'progress';
  readonly verified: number;
  readonly bytes: number;
  readonly rate: number;
  readonly eta: number | null;
  readonly overhead: number;
  readonly state: TransferState;
  readonly servers: ProgressView['servers'];
}

interface DoneEvent {
  readonly event: 'done';
  readonly path: string;
  readonly bytes: number;
  readonly seconds: number;
  readonly overhead: number;
  readonly droplets: Omit<DropletCounts, 'manifest' | 'surplus'>;
  readonly servers: readonly ServerLine[];
}

/** Shows and measures one transfer; fails with `verification-failed` unless the same bytes came out. */
export async function demo(command: DemoCommand, context: Context): Promise<ExitCode> {
  const folder = await mkdtemp(join(tmpdir(), 'pouring-rain-demo-'));
  const swarm = new Swarm(folder, context);
  try {
    const result = await swarm.run(command);
    context.report.demo(result);
    if (!result.verified) {
      throw new Failure('verification-failed', 'the file that came out differs from the one that was shared');
    }
    return EXIT.done;
  } finally {
    await swarm.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

class Swarm {
  readonly #folder: string;
  readonly #context: Context;
  readonly #processes: RainProcess[] = [];
  #link: LossyLink | undefined;

  constructor(folder: string, context: Context) {
    this.#folder = folder;
    this.#context = context;
  }

  async run({ servers, size, loss }: DemoCommand): Promise<DemoResult> {
    const { host, report } = this.#context;
    const sent = join(this.#folder, 'demo.bin');
    await writeRandom(sent, size, host.interrupt);
    report.note(
      `${count(servers, 'server')}, up to ${formatRate(SERVER_RATE)} each, sharing ${formatBytes(size)}; ` +
        `the link to one loses ${Number((100 * loss).toFixed(1))} % each way`,
    );
    const shared = await Promise.all(Array.from({ length: servers }, (_, i) => this.#share(sent, i)));
    const ports = shared.map(({ port }) => port);
    this.#link = await LossyLink.open({ to: ports[servers - 1], loss, seed: LOSS_SEED });
    ports[servers - 1] = this.#link.port;

    const done = await this.#get(shared[0].id, ports);
    const [sentDigest, receivedDigest] = await Promise.all([sha256(sent), sha256(done.path)]);
    const lossy = `${LOOPBACK}:${this.#link.port}`;
    return {
      verified: sentDigest === receivedDigest,
      digest: { algorithm: 'sha256', sent: sentDigest, received: receivedDigest },
      bytes: done.bytes,
      seconds: done.seconds,
      throughput: done.bytes / Math.max(done.seconds, 0.001),
      overhead: done.overhead,
      droplets: done.droplets,
      servers: done.servers.map((server) => ({ ...server, lossy: server.address === lossy })),
    };
  }

  async stop(): Promise<void> {
    this.#link?.close();
    await Promise.all(this.#processes.map((each) => each.stop()));
  }

  #share(path: string, index: number): Promise<SharedEvent> {
    const args = ['share', path, '--public', '--no-lan', '--bind', LOOPBACK, '--limit', String(SERVER_RATE)];
    const data = join(this.#folder, `server-${index}`);
    return this.#start([...args, '--data', data]).until<SharedEvent>('shared', this.#context.host.interrupt);
  }

  async #get(id: string, ports: readonly number[]): Promise<DoneEvent> {
    const { host, report } = this.#context;
    const out = join(this.#folder, 'fetched');
    await mkdir(out);
    const from = ports.flatMap((port) => ['--from', `${LOOPBACK}:${port}`]);
    const data = join(this.#folder, 'client');
    const client = this.#start(['get', id, ...from, '--no-lan', '--out', out, '--data', data]);
    return client.until<DoneEvent>('done', host.interrupt, (event) => {
      if (event.event === 'progress') {
        report.demoProgress(viewOf(event as ProgressEvent));
      }
    });
  }

  #start(args: readonly string[]): RainProcess {
    const process = new RainProcess(this.#context.host.self, args);
    this.#processes.push(process);
    return process;
  }
}

function viewOf({ eta, ...progress }: ProgressEvent): ProgressView {
  return { ...progress, name: 'demo', eta: eta ?? undefined };
}

async function writeRandom(path: string, size: number, stop: AbortSignal): Promise<void> {
  const chunk = new Uint8Array(Math.min(size, CHUNK));
  const file = await open(path, 'wx');
  try {
    for (let left = size; left > 0; left -= chunk.length) {
      if (stop.aborted) {
        throw new Failure('interrupted', 'stopped');
      }
      await file.writeFile(randomFillSync(chunk).subarray(0, Math.min(left, chunk.length)));
    }
  } finally {
    await file.close();
  }
}

/** Hex digits; not the digest that the engine goes by, so that both would have to be wrong. */
async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}
