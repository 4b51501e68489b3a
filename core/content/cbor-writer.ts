/** Major types of CBOR (RFC 8949, 3.1), of those that are written. */
const MAJOR = { uint: 0, text: 3, array: 4, map: 5, simple: 7 } as const;
const FALSE = 20;

/**
 * Writes CBOR item by item, each in its shortest form, as CborReader reads it. The encoder of the library makes an
 * object of every item before it writes the first, which of 100,000 files is more than all else that they take.
 */
export class CborWriter {
  #bytes = Buffer.allocUnsafe(4096);
  #length = 0;

  /** An array begins, of `count` items. */
  array(count: number): void {
    this.#head(MAJOR.array, count);
  }

  /** A map begins, of `count` pairs. */
  map(count: number): void {
    this.#head(MAJOR.map, count);
  }

  uint(value: number): void {
    this.#head(MAJOR.uint, value);
  }

  text(text: string): void {
    const length = Buffer.byteLength(text);
    this.#head(MAJOR.text, length);
    const at = this.#roomFor(length);
    this.#length += this.#bytes.write(text, at);
  }

  bool(value: boolean): void {
    this.#head(MAJOR.simple, value ? FALSE + 1 : FALSE);
  }

  /** All that was written. */
  finish(): Uint8Array {
    return Uint8Array.from(this.#bytes.subarray(0, this.#length));
  }

  #head(major: number, value: number): void {
    const at = this.#roomFor(9);
    const size = value < 24 ? 0 : value < 2 ** 8 ? 1 : value < 2 ** 16 ? 2 : value < 2 ** 32 ? 4 : 8;
    this.#bytes[at] = (major << 5) | (size === 0 ? value : 24 + Math.log2(size));
    if (size === 8) this.#bytes.writeBigUInt64BE(BigInt(value), at + 1);
    else if (size > 0) this.#bytes.writeUIntBE(value, at + 1, size);
    this.#length += 1 + size;
  }

  /** Where to write the next `count` bytes. */
  #roomFor(count: number): number {
    const needed = this.#length + count;
    if (needed > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    return this.#length;
  }
}
