/** The manifest of a transfer while it is fetched: nobody can judge a block of it by itself, so all are kept for the end. */
import type { Terms } from '../protocol/client.ts';
import { MANIFEST_BLOCK } from '../wire/datagram.ts';

export class ManifestParts {
  #bytes = 0;
  #blockBytes = 0;
  /** By their places in it. */
  readonly #parts = new Map<number, Uint8Array>();

  /** It is fetched, or fetched anew, from a server that says this of it. */
  begin({ manifestBytes, symbolSize, blockSymbols }: Terms): void {
    this.#bytes = manifestBytes;
    this.#blockBytes = symbolSize * blockSymbols;
    this.#parts.clear();
  }

  /** A block is decoded; `read` gives its first bytes. */
  take(block: number, read: (block: number, length: number) => Uint8Array): void {
    const at = (block - MANIFEST_BLOCK) * this.#blockBytes;
    this.#parts.set(at, read(block, Math.min(this.#blockBytes, this.#bytes - at)));
  }

  /** All blocks are here: the manifest, which is kept no longer. */
  assemble(): Uint8Array {
    const bytes = new Uint8Array(this.#bytes);
    for (const [at, part] of this.#parts) bytes.set(part, at);
    this.#parts.clear();
    return bytes;
  }
}
