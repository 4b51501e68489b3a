import { blake3 } from '../../content/blake3.ts';
import type { Hasher } from '../../content/blake3-backend.ts';
import { blockCapacity } from '../../content/layout.ts';
import { encodeManifest, identify } from '../../content/manifest.ts';
import { DEFAULT_SYMBOL_SIZE, DEFAULT_SYMBOLS_PER_BLOCK } from '../../content/manifest-fields.ts';

const SHAPE = { symbolSize: DEFAULT_SYMBOL_SIZE, symbolsPerBlock: DEFAULT_SYMBOLS_PER_BLOCK };
const BLOCK_BYTES = blockCapacity({ length: 0, ...SHAPE });

/**
 * Makes the manifest of a public single-file resource while its bytes go by, so that they need not be read
 * again; the same as ManifestBuilder makes of the file.
 */
export class ManifestOfStream {
  readonly #hashes: Uint8Array[] = [];
  #length = 0;
  #block: Hasher | undefined;
  #left = 0;

  update(bytes: Uint8Array): void {
    for (let taken = 0; taken < bytes.length; ) {
      if (this.#block === undefined) {
        this.#block = blake3.hasher();
        this.#left = BLOCK_BYTES;
      }
      const piece = bytes.subarray(taken, taken + this.#left);
      this.#block.update(piece);
      this.#left -= piece.length;
      taken += piece.length;
      if (this.#left === 0) this.#endBlock();
    }
    this.#length += bytes.length;
  }

  /** The manifest as it travels, and its digest. Throws Failure `too-large`. */
  finish(): { readonly manifest: Uint8Array; readonly resource: Uint8Array } {
    this.#endBlock();
    const hashes = new Uint8Array(Buffer.concat(this.#hashes));
    const manifest = encodeManifest({ ...SHAPE, length: this.#length, hashes, listing: undefined });
    return { manifest, resource: identify(manifest).digest };
  }

  #endBlock(): void {
    if (this.#block !== undefined) this.#hashes.push(this.#block.digest());
    this.#block = undefined;
  }
}
