import type { FileHandle } from 'node:fs/promises';
import { blake3 } from '../../content/blake3.ts';
import { Failure } from '../../failure.ts';
import { closeFrame, encodeHead, FRAME_BYTES, type Frame, HEAD_BYTES, MAGIC } from './cask.ts';
import { ManifestOfStream } from './manifest-of-stream.ts';

/** A cask that was written, and what it holds. */
export interface Packed {
  /** BLAKE3 of the content; 32 bytes. */
  readonly content: Uint8Array;
  /** Of the content. */
  readonly bytes: number;
  /** Of the cask. */
  readonly storedBytes: number;
  /** The manifest of the cask as a public resource, as it travels. */
  readonly manifest: Uint8Array;
  /** BLAKE3 of the manifest; 32 bytes. */
  readonly resource: Uint8Array;
}

/** Less is stored as it is: a file takes a block of the disk however short it is. */
const LEAST_BYTES = 4096;
/** The first frame tells whether deflating pays: it has to save an eighth. */
const WORTHWHILE = 7 / 8;

/**
 * Writes `content` to an empty file as a cask, frame by frame, so that no more than two frames are in memory.
 * Nothing is flushed. Rejects with what `content` rejects with, with errors of node:fs, and with Failure
 * `too-large` as soon as there is more than `mostBytes`.
 */
export async function pack(
  content: AsyncIterable<Uint8Array>,
  file: FileHandle,
  mostBytes: number,
): Promise<Packed> {
  const hasher = blake3.hasher();
  const sink = new Sink(file);
  let bytes = 0;
  let writer: FrameWriter | undefined;
  for await (const plain of frames(content)) {
    bytes += plain.length;
    if (bytes > mostBytes) throw tooLarge(mostBytes);
    hasher.update(plain);
    if (writer === undefined) {
      const frame = await closeFrame(plain);
      const pays = plain.length >= LEAST_BYTES && frame.bytes <= plain.length * WORTHWHILE;
      writer = pays ? new DeflatedWriter(sink, frame) : new PlainWriter(sink);
    }
    await writer.write(plain);
  }
  await writer?.end(bytes);
  return { content: hasher.digest(), bytes, storedBytes: sink.bytes, ...sink.manifest() };
}

interface FrameWriter {
  write(content: Uint8Array): Promise<void>;
  end(contentBytes: number): Promise<void>;
}

class PlainWriter implements FrameWriter {
  readonly #sink: Sink;

  constructor(sink: Sink) {
    this.#sink = sink;
  }

  write(content: Uint8Array): Promise<void> {
    return this.#sink.write([content]);
  }

  async end(): Promise<void> {}
}

class DeflatedWriter implements FrameWriter {
  readonly #sink: Sink;
  readonly #heads: Uint8Array[] = [];
  /** Of the sample, which was deflated to decide. */
  #first: Frame | undefined;

  constructor(sink: Sink, first: Frame) {
    this.#sink = sink;
    this.#first = first;
  }

  async write(content: Uint8Array): Promise<void> {
    const frame = this.#first ?? (await closeFrame(content));
    this.#first = undefined;
    const head = encodeHead(frame);
    const magic = this.#heads.length === 0 ? [MAGIC] : [];
    this.#heads.push(head);
    await this.#sink.write([...magic, head, frame.data]);
  }

  async end(contentBytes: number): Promise<void> {
    const index = Buffer.concat(this.#heads);
    const wouldBePlain = this.#sink.bytes + index.length === contentBytes;
    await this.#sink.write([new Uint8Array(wouldBePlain ? HEAD_BYTES : 0), index]);
  }
}

/** The file, and the manifest of what was written to it. */
class Sink {
  readonly #file: FileHandle;
  readonly #manifest = new ManifestOfStream();
  bytes = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async write(pieces: readonly Uint8Array[]): Promise<void> {
    for (const piece of pieces) this.#manifest.update(piece);
    const whole = pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
    for (let done = 0; done < whole.length; ) {
      const { bytesWritten } = await this.#file.write(whole, done, whole.length - done, this.bytes + done);
      done += bytesWritten;
    }
    this.bytes += whole.length;
  }

  manifest(): Pick<Packed, 'manifest' | 'resource'> {
    return this.#manifest.finish();
  }
}

/** Cuts a stream into pieces of FRAME_BYTES, the last perhaps shorter. */
async function* frames(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let frame = new Uint8Array(FRAME_BYTES);
  let filled = 0;
  for await (const chunk of stream) {
    for (let taken = 0; taken < chunk.length; ) {
      const piece = chunk.subarray(taken, taken + FRAME_BYTES - filled);
      frame.set(piece, filled);
      filled += piece.length;
      taken += piece.length;
      if (filled === FRAME_BYTES) {
        yield frame;
        frame = new Uint8Array(FRAME_BYTES);
        filled = 0;
      }
    }
  }
  if (filled > 0) yield frame.subarray(0, filled);
}

function tooLarge(mostBytes: number): Failure {
  return new Failure(
    'too-large',
    `The entry has more than ${mostBytes} bytes, the most that this node takes.`,
    'Raise "max-entry-bytes" in the configuration of the node.',
  );
}
