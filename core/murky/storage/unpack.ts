import { sameBytes } from '../../content/seal.ts';
import {
  damaged,
  decodeHead,
  FRAME_BYTES,
  frameCount,
  HEAD_BYTES,
  type Head,
  MAGIC,
  openFrame,
} from './cask.ts';
import type { CaskRow } from './cask-index.ts';
import type { ByteRange, ContentReader } from './entry-storage.ts';
import { ManifestOfStream } from './manifest-of-stream.ts';

/**
 * The content of a cask in `range`, which lies within its `contentBytes`, in pieces of 256 KiB at most. Of a cask
 * that is still arriving (`complete` false) nothing is read beyond what is wanted, so that it comes in order.
 * Rejects with Failure `verification-failed` when the cask is not well formed, and as `cask.read` does.
 */
export async function* unpack(
  cask: ContentReader,
  contentBytes: number,
  range: ByteRange,
  complete: boolean,
): AsyncGenerator<Uint8Array> {
  if (range.start >= range.end) return;
  if (cask.bytes === contentBytes) {
    for (let at = range.start; at < range.end; at += FRAME_BYTES)
      yield await cask.read(at, Math.min(FRAME_BYTES, range.end - at));
    return;
  }
  const heads = new Heads(cask, frameCount(contentBytes));
  if (complete) await heads.readIndex();
  for (let frame = Math.floor(range.start / FRAME_BYTES); frame * FRAME_BYTES < range.end; frame++) {
    const from = frame * FRAME_BYTES;
    const { offset, head } = await heads.of(frame);
    const data = await cask.read(offset, head.bytes);
    const content = await openFrame(data, head, Math.min(FRAME_BYTES, contentBytes - from));
    yield content.subarray(Math.max(0, range.start - from), Math.min(content.length, range.end - from));
  }
}

/**
 * Reads all of a cask, once for its manifest and once for its form, and resolves with what is needed to pour it.
 * Rejects with Failure `verification-failed` unless it is the cask of that digest and holds `size` bytes: who made
 * the record may have made it wrong.
 */
export async function readCask(
  cask: ContentReader,
  { digest, size }: { readonly digest: Uint8Array; readonly size: number },
): Promise<CaskRow> {
  const stream = new ManifestOfStream();
  for (let at = 0; at < cask.bytes; at += FRAME_BYTES)
    stream.update(await cask.read(at, Math.min(FRAME_BYTES, cask.bytes - at)));
  const { manifest, resource } = stream.finish();
  if (!sameBytes(resource, digest)) throw damaged('it is not what its record says');
  if (cask.bytes !== size) {
    for await (const _ of unpack(cask, size, { start: 0, end: size }, true));
  }
  return { digest, bytes: cask.bytes, size, origin: 'fetched', manifest };
}

/** Where the frames of a deflated cask are. */
class Heads {
  readonly #cask: ContentReader;
  readonly #count: number;
  readonly #heads: Head[] = [];
  readonly #offsets: number[] = [];

  constructor(cask: ContentReader, count: number) {
    if (cask.bytes < MAGIC.length + 2 * count * HEAD_BYTES) throw damaged('it is too short');
    this.#cask = cask;
    this.#count = count;
  }

  /** All at once, from the end. */
  async readIndex(): Promise<void> {
    await this.#begin();
    const index = await this.#cask.read(this.#indexAt, this.#count * HEAD_BYTES);
    for (let frame = 0; frame < this.#count; frame++) this.#add(decodeHead(index, frame * HEAD_BYTES));
  }

  /** From head to head as far as is needed. */
  async of(frame: number): Promise<{ readonly offset: number; readonly head: Head }> {
    if (this.#heads.length === 0) await this.#begin();
    while (this.#heads.length <= frame) this.#add(decodeHead(await this.#cask.read(this.#end, HEAD_BYTES)));
    return { offset: this.#offsets[frame], head: this.#heads[frame] };
  }

  get #indexAt(): number {
    return this.#cask.bytes - this.#count * HEAD_BYTES;
  }

  /** Where the head of the frame behind the last known one is. */
  get #end(): number {
    const last = this.#heads.length - 1;
    return last < 0 ? MAGIC.length : this.#offsets[last] + this.#heads[last].bytes;
  }

  async #begin(): Promise<void> {
    if (!sameBytes(await this.#cask.read(0, MAGIC.length), MAGIC))
      throw damaged('it does not begin as it should');
  }

  #add(head: Head): void {
    const offset = this.#end + HEAD_BYTES;
    if (offset + head.bytes > this.#indexAt) throw damaged('a frame is longer than there is room for');
    this.#offsets.push(offset);
    this.#heads.push(head);
  }
}
