import type { Blake3Hasher as NativeHasher } from '@napi-rs/blake-hash';
import type { IHasher } from 'hash-wasm';
import { PortableBlake3 } from './blake3-portable.ts';

/** Takes bytes piece by piece; `digest` gives 32 bytes and ends it. */
export interface Hasher {
  update(bytes: Uint8Array): this;
  digest(): Uint8Array;
}

/** The three modes of BLAKE3, 32 bytes each. Bytes may lie in a SharedArrayBuffer. */
export interface Blake3 {
  readonly name: 'native' | 'wasm';
  hash(bytes: Uint8Array): Uint8Array;
  hasher(): Hasher;
  /** `key`: 32 bytes. */
  keyedHash(key: Uint8Array, bytes: Uint8Array): Uint8Array;
  deriveKey(context: string, material: Uint8Array): Uint8Array;
}

/** The Node-API binding; rejects where there is no binary for this machine. */
export async function openNative(): Promise<Blake3> {
  const { Blake3Hasher } = await import('@napi-rs/blake-hash');
  return {
    name: 'native',
    hash: (bytes) => plain(new Blake3Hasher().update(asBuffer(bytes)).digestBuffer()),
    hasher: () => new NativeStream(new Blake3Hasher()),
    keyedHash: (key, bytes) =>
      plain(Blake3Hasher.newKeyed(Buffer.from(key)).update(asBuffer(bytes)).digestBuffer()),
    deriveKey: (context, material) => plain(Blake3Hasher.deriveKey(context, asBuffer(material))),
  };
}

/** WebAssembly for hashing; the modes it lacks, all of them for short inputs here, in plain TypeScript. */
export async function openWasm(): Promise<Blake3> {
  const { createBLAKE3 } = await import('hash-wasm');
  const instance = new SharedInstance(await createBLAKE3());
  return {
    name: 'wasm',
    hash: (bytes) => new WasmStream(instance).update(bytes).digest(),
    hasher: () => new WasmStream(instance),
    keyedHash: (key, bytes) => PortableBlake3.keyed(key).update(bytes).digest(),
    deriveKey: (context, material) => PortableBlake3.deriveKey(context).update(material).digest(),
  };
}

/** The same bytes, not copied: the binding asks for a Buffer. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

class NativeStream implements Hasher {
  readonly #hasher: NativeHasher;

  constructor(hasher: NativeHasher) {
    this.#hasher = hasher;
  }

  update(bytes: Uint8Array): this {
    this.#hasher.update(asBuffer(bytes));
    return this;
  }

  digest(): Uint8Array {
    return plain(this.#hasher.digestBuffer());
  }
}

/** Making an instance takes a promise, so all streams of a thread take turns at one; a turn costs a copy of 2 kB. */
class SharedInstance {
  readonly #wasm: IHasher;
  #stream: WasmStream | undefined;

  constructor(wasm: IHasher) {
    this.#wasm = wasm;
  }

  /** The instance as `stream` left it. */
  turnOf(stream: WasmStream): IHasher {
    if (this.#stream !== stream) {
      if (this.#stream !== undefined) this.#stream.state = this.#wasm.save();
      if (stream.state === undefined) this.#wasm.init();
      else this.#wasm.load(stream.state);
      this.#stream = stream;
    }
    return this.#wasm;
  }

  digest(stream: WasmStream): Uint8Array {
    const digest = this.turnOf(stream).digest('binary');
    this.#stream = undefined;
    return digest;
  }
}

class WasmStream implements Hasher {
  readonly #instance: SharedInstance;
  /** While others have their turn; undefined before the first. */
  state: Uint8Array | undefined;

  constructor(instance: SharedInstance) {
    this.#instance = instance;
  }

  update(bytes: Uint8Array): this {
    this.#instance.turnOf(this).update(bytes);
    return this;
  }

  digest(): Uint8Array {
    return this.#instance.digest(this);
  }
}

/** A Buffer is a Uint8Array that behaves otherwise where it is cloned, compared or sliced. */
function plain(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
