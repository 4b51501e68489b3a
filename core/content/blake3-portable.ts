/**
 * The two modes of BLAKE3 that the WebAssembly build lacks, in plain TypeScript, any length. Source: the BLAKE3
 * paper (O'Connor, Aumasson, Neves, Wilcox-O'Hearn, 2020), section 2, and its reference implementation's layout of the
 * state.
 */
const BLOCK_BYTES = 64;
const CHUNK_BYTES = 1024;

const CHUNK_START = 1;
const CHUNK_END = 2;
const PARENT = 4;
const ROOT = 8;
const KEYED_HASH = 16;
const DERIVE_KEY_CONTEXT = 32;
const DERIVE_KEY_MATERIAL = 64;

const IV = Uint32Array.of(
  0x6a09e667,
  0xbb67ae85,
  0x3c6ef372,
  0xa54ff53a,
  0x510e527f,
  0x9b05688c,
  0x1f83d9ab,
  0x5be0cd19,
);
const PERMUTATION = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8];
const ROUNDS = 7;

/** For each round, the order in which the sixteen message words are mixed in. */
const SCHEDULE: readonly (readonly number[])[] = Array.from({ length: ROUNDS - 1 }).reduce<number[][]>(
  (rounds) => [...rounds, PERMUTATION.map((from) => (rounds.at(-1) ?? [])[from])],
  [Array.from({ length: 16 }, (_, word) => word)],
);

/** Incremental BLAKE3; give it bytes with `update`, take 32 with `digest`. */
export class PortableBlake3 {
  readonly #key: Uint32Array;
  readonly #flags: number;
  /** Chaining values of complete subtrees, largest first; one for each set bit of the chunk count. */
  readonly #stack: Uint32Array[] = [];
  readonly #block = new Uint8Array(BLOCK_BYTES);
  #blockLength = 0;
  #chunk: Uint32Array;
  #chunkIndex = 0;
  #blocksInChunk = 0;

  private constructor(key: Uint32Array, flags: number) {
    this.#key = key;
    this.#flags = flags;
    this.#chunk = key;
  }

  /** `key`: 32 bytes. */
  static keyed(key: Uint8Array): PortableBlake3 {
    return new PortableBlake3(words(key), KEYED_HASH);
  }

  static deriveKey(context: string): PortableBlake3 {
    const contextHash = new PortableBlake3(IV, DERIVE_KEY_CONTEXT).update(new TextEncoder().encode(context));
    return new PortableBlake3(words(contextHash.digest()), DERIVE_KEY_MATERIAL);
  }

  update(bytes: Uint8Array): this {
    for (let at = 0; at < bytes.length; ) {
      // The last block of all carries other flags, so a full one waits until it is known not to be the last.
      if (this.#blockLength === BLOCK_BYTES) this.#absorbBlock();
      const take = Math.min(BLOCK_BYTES - this.#blockLength, bytes.length - at);
      this.#block.set(bytes.subarray(at, at + take), this.#blockLength);
      this.#blockLength += take;
      at += take;
    }
    return this;
  }

  digest(): Uint8Array {
    this.#block.fill(0, this.#blockLength);
    let value = this.#chunk;
    let message = words(this.#block);
    let counter = this.#chunkIndex;
    let length = this.#blockLength;
    let flags = this.#flags | CHUNK_END | (this.#blocksInChunk === 0 ? CHUNK_START : 0);
    for (const left of this.#stack.toReversed()) {
      const right = compress(value, message, counter, length, flags);
      message = joined(left, right);
      [value, counter, length, flags] = [this.#key, 0, BLOCK_BYTES, this.#flags | PARENT];
    }
    const root = compress(value, message, 0, length, flags | ROOT);
    const out = new Uint8Array(32);
    const view = new DataView(out.buffer);
    for (let i = 0; i < 8; i++) view.setUint32(4 * i, root[i], true);
    return out;
  }

  #absorbBlock(): void {
    const start = this.#blocksInChunk === 0 ? CHUNK_START : 0;
    const isLast = this.#blocksInChunk === CHUNK_BYTES / BLOCK_BYTES - 1;
    const flags = this.#flags | start | (isLast ? CHUNK_END : 0);
    this.#chunk = compress(this.#chunk, words(this.#block), this.#chunkIndex, BLOCK_BYTES, flags);
    this.#blockLength = 0;
    this.#blocksInChunk += 1;
    if (isLast) this.#endChunk();
  }

  #endChunk(): void {
    let value = this.#chunk;
    this.#chunkIndex += 1;
    for (let count = this.#chunkIndex; count % 2 === 0; count /= 2) {
      const left = this.#stack.pop() ?? IV;
      value = compress(this.#key, joined(left, value), 0, BLOCK_BYTES, this.#flags | PARENT);
    }
    this.#stack.push(value);
    this.#chunk = this.#key;
    this.#blocksInChunk = 0;
  }
}

/** The first eight words of the output, which are the chaining value; `counter` counts chunks. */
function compress(
  value: Uint32Array,
  message: Uint32Array,
  counter: number,
  length: number,
  flags: number,
): Uint32Array {
  const v = new Uint32Array(16);
  v.set(value);
  v.set(IV.subarray(0, 4), 8);
  v[12] = counter;
  v[13] = counter / 2 ** 32;
  v[14] = length;
  v[15] = flags;
  for (const order of SCHEDULE) {
    mix(v, 0, 4, 8, 12, message[order[0]], message[order[1]]);
    mix(v, 1, 5, 9, 13, message[order[2]], message[order[3]]);
    mix(v, 2, 6, 10, 14, message[order[4]], message[order[5]]);
    mix(v, 3, 7, 11, 15, message[order[6]], message[order[7]]);
    mix(v, 0, 5, 10, 15, message[order[8]], message[order[9]]);
    mix(v, 1, 6, 11, 12, message[order[10]], message[order[11]]);
    mix(v, 2, 7, 8, 13, message[order[12]], message[order[13]]);
    mix(v, 3, 4, 9, 14, message[order[14]], message[order[15]]);
  }
  for (let i = 0; i < 8; i++) v[i] ^= v[i + 8];
  return v.subarray(0, 8);
}

function mix(v: Uint32Array, a: number, b: number, c: number, d: number, x: number, y: number): void {
  v[a] = v[a] + v[b] + x;
  v[d] = rotate(v[d] ^ v[a], 16);
  v[c] = v[c] + v[d];
  v[b] = rotate(v[b] ^ v[c], 12);
  v[a] = v[a] + v[b] + y;
  v[d] = rotate(v[d] ^ v[a], 8);
  v[c] = v[c] + v[d];
  v[b] = rotate(v[b] ^ v[c], 7);
}

function rotate(word: number, right: number): number {
  return (word >>> right) | (word << (32 - right));
}

function joined(left: Uint32Array, right: Uint32Array): Uint32Array {
  const message = new Uint32Array(16);
  message.set(left);
  message.set(right, 8);
  return message;
}

function words(bytes: Uint8Array): Uint32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Uint32Array.from({ length: bytes.length / 4 }, (_, i) => view.getUint32(4 * i, true));
}
