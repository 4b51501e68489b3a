/** A run of bytes of the resource that lies in one file. */
export interface FileRange {
  /** Index of the file. */
  readonly file: number;
  /** Where the run begins in the file. */
  readonly offset: number;
  readonly length: number;
  /** Where it begins in the run of the resource that was asked for. */
  readonly at: number;
}

/** Which files a run of the resource lies in, when the resource is its files one after the other. */
export class FileMap {
  /** Where each file begins, and last where the resource ends. */
  readonly #starts: Float64Array;

  constructor(lengths: Iterable<number>) {
    const starts = [0];
    let end = 0;
    for (const length of lengths) {
      end += length;
      starts.push(end);
    }
    this.#starts = Float64Array.from(starts);
  }

  /** Bytes of all files. */
  get length(): number {
    return this.#starts[this.#starts.length - 1];
  }

  /** The files that `length` bytes from `offset` lie in, in order; empty files lie nowhere. */
  ranges(offset: number, length: number): FileRange[] {
    if (offset < 0 || length < 0 || offset + length > this.length)
      throw new RangeError(`bytes ${offset}..${offset + length} are not within ${this.length}`);
    const ranges: FileRange[] = [];
    for (let file = this.#fileAt(offset), at = 0; at < length; file++) {
      const within = offset + at - this.#starts[file];
      const take = Math.min(length - at, this.#starts[file + 1] - this.#starts[file] - within);
      if (take > 0) ranges.push({ file, offset: within, length: take, at });
      at += take;
    }
    return ranges;
  }

  /** The last file that begins at or before `offset`, found by halving. */
  #fileAt(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.#starts[middle] <= offset) low = middle;
      else high = middle;
    }
    return low;
  }
}
