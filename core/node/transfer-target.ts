import type { OpenManifest } from '../content/manifest.ts';
import type { Tree } from '../content/tree.ts';
import type { CodecCommand, Finished } from '../engine/codec-messages.ts';
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

  /** Takes a name for a new part; returns its path. */
  async make({ listing }: OpenManifest, folder: string, name: string): Promise<string> {
    const kind = listing === undefined ? 'file' : 'folder';
    return String(await this.#command({ type: 'make-part', kind, folder, name }));
  }

  /**
   * Lays the part out, or takes it up again: `verified` are the blocks that were kept in it until `changedMs`. Resolves
   * with those of them that are no longer there, and when anything in it was last changed. `stop` makes it reject with Failure('interrupted').
   */
  async open(
    manifest: OpenManifest,
    part: string,
    kept: { readonly verified: Uint8Array; readonly changedMs: number },
    stop: AbortSignal,
  ): Promise<{ readonly lost: readonly number[]; readonly changedMs: number }> {
    const cancel = (): void =>
      this.#threads().tellCodec(this.codec, { type: 'cancel-target', key: this.#key });
    stop.addEventListener('abort', cancel);
    try {
      const command = { type: 'open-target', key: this.#key, manifest, part, ...kept } as const;
      const opened = await this.#command(command);
      return opened as { readonly lost: readonly number[]; readonly changedMs: number };
    } finally {
      stop.removeEventListener('abort', cancel);
    }
  }

  /** Resolves when everything written is on the medium, with when it was last changed: see PartWriter.sync. */
  async sync(): Promise<number> {
    return Number(await this.#command({ type: 'sync-target', key: this.#key }));
  }

  /** Gives the part its final name, or the next free one like it. */
  async finish(name: string): Promise<Finished> {
    return (await this.#command({ type: 'finish-target', key: this.#key, name })) as Finished;
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
