/**
 * The form of a cask. Either the content as it is, or, where that is smaller, this:
 *
 * | bytes | what |
 * |---|---|
 * | 8 | "RainCask" |
 * | for each frame of 256 KiB of content, the last perhaps shorter: 4, then as many as it says | head, frame |
 * | 0 or 4 | zeros, so that a deflated cask never has the length of its content |
 * | 4 for each frame | all heads again: the index |
 *
 * A head is a little-endian u32: length of the frame in the cask; the highest bit is set when the frame is not
 * deflated (RFC 1951) but as it is. Which of the two forms a cask has is told by its length: that of the content,
 * or another. Heads stand before the frames so that a cask can be read while it arrives, and at the end so that a
 * complete one can be read from anywhere.
 */
import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import type { FileLengths } from '../../api.ts';
import { Failure } from '../../failure.ts';

/** Bytes of content. Small enough that a short range costs little, large enough that frames cost no more than 1 %. */
export const FRAME_BYTES = 256 * 1024;
export const MAGIC: Uint8Array = Buffer.from('RainCask', 'latin1');
export const HEAD_BYTES = 4;

const AS_IS = 0x8000_0000;
/** Twice as fast as level 6 for 7 % more bytes. */
const LEVEL = 3;

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

/** What a head says of its frame. */
export interface Head {
  /** In the cask. */
  readonly bytes: number;
  readonly deflated: boolean;
}

export interface Frame extends Head {
  readonly data: Uint8Array;
}

/** Deflated, if that makes it smaller. */
export async function closeFrame(content: Uint8Array): Promise<Frame> {
  const small = await deflate(content, { level: LEVEL });
  return small.length < content.length
    ? { data: small, bytes: small.length, deflated: true }
    : { data: content, bytes: content.length, deflated: false };
}

/** The `contentBytes` of content in a frame. Rejects with Failure `verification-failed`; never makes more than that. */
export async function openFrame(data: Uint8Array, head: Head, contentBytes: number): Promise<Uint8Array> {
  if (!head.deflated) {
    if (data.length !== contentBytes) throw damaged('a frame has the wrong length');
    return data;
  }
  const content = await inflate(data, { maxOutputLength: Math.max(1, contentBytes) }).catch((error) => {
    throw damaged('a frame cannot be inflated', error);
  });
  if (content.length !== contentBytes) throw damaged('a frame has the wrong length');
  return content;
}

export function encodeHead({ bytes, deflated }: Head): Uint8Array {
  const head = Buffer.alloc(HEAD_BYTES);
  head.writeUInt32LE((deflated ? bytes : bytes + AS_IS) >>> 0);
  return head;
}

/** Throws Failure `verification-failed` for a frame that is larger than its content can make it. */
export function decodeHead(bytes: Uint8Array, at = 0): Head {
  const word = new DataView(bytes.buffer, bytes.byteOffset).getUint32(at, true);
  const head = { bytes: word % AS_IS, deflated: word < AS_IS };
  if (head.bytes > FRAME_BYTES) throw damaged('a frame is too large');
  return head;
}

/** How long a cask of so much content can be; where only its beginning deflates, longer than that. */
export function caskLengths(contentBytes: number): FileLengths {
  const form = MAGIC.length + (2 * frameCount(contentBytes) + 1) * HEAD_BYTES;
  return { least: Math.min(contentBytes, form), most: contentBytes + form };
}

export function frameCount(contentBytes: number): number {
  return Math.ceil(contentBytes / FRAME_BYTES);
}

export function damaged(detail: string, cause?: unknown): Failure {
  return new Failure(
    'verification-failed',
    `What is kept of an entry is damaged: ${detail}.`,
    'Fetch or put the entry again.',
    cause,
  );
}
