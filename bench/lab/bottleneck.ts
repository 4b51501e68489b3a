/** One link that transfers by Rain and a download by TCP share, each from a server of its own to the client. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { RainProcess } from '../../cli/rain-process.ts';
import { HTTP_PORT, serveOverHttp, urlAt } from './http.ts';
import type { Link, Reading } from './link-process.ts';
import { Network } from './network.ts';
import { rainIn, shareAt } from './rain.ts';

/** ms between two readings of the link. */
const READ_EVERY = 100;

/** What comes from some ports. */
export interface Flow {
  readonly ports: readonly number[];
}

export interface Transfer extends Flow {
  /** The client says nothing any more. */
  vanish(): void;
}

interface Progress {
  readonly event: 'progress';
}

export class Bottleneck {
  readonly #network: Network;
  readonly #file: string;
  readonly #folder: string;
  /** What ends the programs that run. */
  readonly #ends: (() => Promise<void>)[] = [];

  private constructor(network: Network, file: string, folder: string) {
    this.#network = network;
    this.#file = file;
    this.#folder = folder;
  }

  /** `program`: link.c; `file`: what all fetch; `folder`: for what programs keep. */
  static async up(link: Link, program: string, file: string, folder: string): Promise<Bottleneck> {
    const network = await Network.up([link], program);
    return new Bottleneck(network, file, folder);
  }

  /** A transfer from so many servers, with words more for `rain get`; resolves when it has got something. */
  async transfer(servers: number, ...more: readonly string[]): Promise<Transfer> {
    const folder = join(this.#folder, `transfer${this.#ends.length}`);
    const to = join(folder, 'fetched');
    await mkdir(to, { recursive: true });
    const site = { enter: this.#network.inServer(0), address: Network.addressOf(0) };
    const sites = Array.from({ length: servers }, () => site);
    const { ports, words, stop } = await shareAt(sites, { file: this.#file, folder });
    this.#ends.push(stop);
    const where = ['--out', to, '--data', join(folder, 'client')];
    const get = new RainProcess(rainIn(this.#network.inClient()), [...words, ...where, ...more]);
    this.#ends.push(() => get.stop());
    await get.until<Progress>('progress', new AbortController().signal);
    const vanish = (): void => {
      if (get.pid !== undefined) process.kill(get.pid, 'SIGSTOP');
    };
    return { ports, vanish };
  }

  /** A download by TCP with CUBIC; resolves when it has been asked for. */
  async download(): Promise<Flow> {
    await this.#network.answerWithCubic(0);
    const address = Network.addressOf(0);
    const server = await serveOverHttp(this.#network.inServer(0), this.#file, address);
    this.#ends.push(() => server.stop());
    const command = [
      ...this.#network.inClient(),
      'curl',
      '--silent',
      '--fail',
      '--output',
      '/dev/null',
      urlAt(address),
    ];
    const [program, ...args] = command;
    const curl = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
    this.#ends.push(async () => {
      if (curl.exitCode !== null) throw new Error(`curl ended with ${curl.exitCode} while it was measured`);
      const ended = once(curl, 'exit');
      curl.kill();
      await ended;
    });
    return { ports: [HTTP_PORT] };
  }

  /** Readings of the link from now on, for so many seconds. */
  async watch(seconds: number): Promise<Reading[]> {
    const link = this.#network.link(0);
    const readings = [await link.read()];
    const end = readings[0].at + seconds * 1000;
    while (readings[readings.length - 1].at < end) {
      await pause(READ_EVERY);
      readings.push(await link.read());
    }
    return readings;
  }

  /** The link has another rate from now on, Mbit/s. */
  async changeRate(rate: number): Promise<void> {
    await this.#network.link(0).read(rate);
  }

  async down(): Promise<void> {
    try {
      for (const end of this.#ends.splice(0).reverse()) await end();
    } finally {
      await this.#network.down();
    }
  }
}
