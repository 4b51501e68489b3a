/** Resources that somebody beside the node keeps, opened when they are asked for: far more of them than shares. */
import { parseManifest } from '../content/manifest.ts';
import { scanTree } from '../content/scan.ts';
import type { SourceInfo } from '../engine/messages.ts';
import { problemOf } from '../engine/problem.ts';
import { openSource } from './source-opening.ts';
import type { Threads } from './threads.ts';

/** One file that is a public resource. */
export interface ProvidedResource {
  readonly path: string;
  /** As it travels. */
  readonly manifest: Uint8Array;
}

/** By the id of a resource, 16 hex digits; undefined: not here. */
export type Provider = (resource: string) => Promise<ProvidedResource | undefined>;

export interface ProvidedHost {
  threads(): Threads;
  warn(message: string): void;
}

/** Sources open at once; the one asked for longest ago is closed for a new one. */
const MOST_OPEN = 256;
/** Numbers of sources from here on are these; shares count from 1. */
const FIRST_SOURCE = 2 ** 40;

export class Provided {
  readonly #host: ProvidedHost;
  /** In the order in which they were asked for. */
  readonly #open = new Map<string, SourceInfo>();
  #provider: Provider | undefined;
  #lastSource = FIRST_SOURCE;

  constructor(host: ProvidedHost) {
    this.#host = host;
  }

  set(provider: Provider | undefined): void {
    this.#provider = provider;
    for (const resource of [...this.#open.keys()]) this.withdraw(resource);
  }

  get isServing(): boolean {
    return this.#provider !== undefined;
  }

  /** What the network thread needs to pour a resource; null when it is not here, or cannot be read. */
  async find(resource: string): Promise<SourceInfo | null> {
    const known = this.#open.get(resource);
    this.#open.delete(resource);
    try {
      const info = known ?? (await this.#openSource(resource));
      if (info !== undefined) this.#remember(resource, info);
      return info ?? null;
    } catch (error) {
      this.#host.warn(problemOf(error).message);
      return null;
    }
  }

  /** It is not here any more, or could not be read; whoever asks again has it opened anew. */
  withdraw(resource: string): void {
    const info = this.#open.get(resource);
    if (info === undefined) return;
    this.#open.delete(resource);
    const threads = this.#host.threads();
    threads.tell({ type: 'drop', resource });
    threads.tellCodec(info.codec, { type: 'close-source', source: info.source });
  }

  async #openSource(resource: string): Promise<SourceInfo | undefined> {
    const found = await this.#provider?.(resource);
    if (found === undefined) return undefined;
    const manifest = parseManifest(found.manifest, { id: resource });
    if (manifest.access !== 'public') return undefined;
    const tree = await scanTree([found.path]);
    this.#lastSource += 1;
    return openSource(this.#host.threads(), this.#lastSource, {
      tree,
      manifest,
      manifestBytes: found.manifest,
      name: Buffer.from(resource),
    });
  }

  #remember(resource: string, info: SourceInfo): void {
    for (const [oldest] of this.#open) {
      if (this.#open.size < MOST_OPEN) break;
      this.withdraw(oldest);
    }
    this.#open.set(resource, info);
  }
}
