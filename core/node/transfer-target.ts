import type { OpenManifest } from '../content/manifest.ts';
import type { Tree } from '../content/tree.ts';
import type { CodecCommand } from '../engine/codec-messages.ts';
import type { Threads } from './threads.ts';

/** The files that a transfer writes, in the codec thread that decodes its blocks. All methods reject with Failure. */
export class TransferTarget {
  readonly #key: number;
  readonly #threads: () => Threads;
  #codec: number | undefined;

  constructor(key: number, threads: () => Threads) {
    this.#key = key;
    this.#threads = threads;
  }

  /** The codec thread of the transfer. */
  get codec(): number {
    this.#codec ??= this.#threads().nextCodec();
    return this.#codec;
  }

  /** Makes the part; returns its path. */
  async create(manifest: OpenManifest, folder: string, name: string): Promise<string> {
    return String(await this.#command({ type: 'create-target', key: this.#key, manifest, folder, name }));
  }

  /** `verified`: bit set of the blocks that are kept in it. */
  async reopen(manifest: OpenManifest, part: string, verified: Uint8Array): Promise<void> {
    await this.#command({ type: 'reopen-target', key: this.#key, manifest, part, verified });
  }

  /** Resolves when everything written is on the medium. */
  async sync(): Promise<void> {
    await this.#command({ type: 'sync-target', key: this.#key });
  }

  /** Gives the part its final name, or the next free one like it; returns the path. */
  async finish(name: string): Promise<string> {
    return String(await this.#command({ type: 'finish-target', key: this.#key, name }));
  }

  /** Resolves if `tree` is what the manifest says. */
  async verify(tree: Tree, manifest: OpenManifest): Promise<void> {
    await this.#command({ type: 'verify', job: -this.#key, tree, manifest });
  }

  async close(): Promise<void> {
    await this.#command({ type: 'close-target', key: this.#key });
  }

  #command(command: CodecCommand): Promise<unknown> {
    return this.#threads().command(this.codec, command);
  }
}
