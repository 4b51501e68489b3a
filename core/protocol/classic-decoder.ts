/** Puts the 64 parts of a classic resource together from droplets of any masks: elimination as they arrive. */
import { CLASSIC_PARTS, classicPartLength } from '../wire/classic.ts';

/** A sum of parts, as 32-bit words so that it is added four bytes at a time. */
interface Row {
  mask: bigint;
  readonly words: Int32Array<ArrayBuffer>;
}

/**
 * New: it says something that was not known. Redundant: it says what was known, and agrees. Contradiction: it does
 * not agree, so that some droplet in here, or this one, is wrong; nothing of it is taken in.
 */
export type ClassicIntake = 'new' | 'redundant' | 'contradiction';

/** Memory: a part for each droplet that was new, so 4.2 MB at most. */
export class ClassicDecoder {
  readonly dataLength: number;
  /** Droplets that said nothing new, and agreed. */
  redundant = 0;
  readonly #partLength: number;
  /** By pivot, the part that no other row holds: when there are 64 rows, each of them is its part alone. */
  readonly #rows: (Row | undefined)[] = Array(CLASSIC_PARTS).fill(undefined);
  #rank = 0;

  constructor(dataLength: number) {
    this.dataLength = dataLength;
    this.#partLength = classicPartLength(dataLength);
  }

  get rank(): number {
    return this.#rank;
  }

  get isComplete(): boolean {
    return this.#rank === CLASSIC_PARTS;
  }

  /** `payload` has the length of a part. Costs at most 64 additions of a part. */
  add(mask: bigint, payload: Uint8Array): ClassicIntake {
    const row: Row = { mask, words: new Int32Array(Math.ceil(this.#partLength / 4)) };
    new Uint8Array(row.words.buffer).set(payload);
    this.#reduce(row);
    if (row.mask === 0n) {
      if (row.words.some((word) => word !== 0)) return 'contradiction';
      this.redundant++;
      return 'redundant';
    }
    const pivot = lowestBit(row.mask);
    for (const other of this.#rows) {
      if (other !== undefined && holds(other.mask, pivot)) addTo(other, row);
    }
    this.#rows[pivot] = row;
    this.#rank++;
    return 'new';
  }

  /** The resource, when complete; undefined: the padding is not zero, so some droplet was wrong. */
  content(): Uint8Array<ArrayBuffer> | undefined {
    const padded = new Uint8Array(CLASSIC_PARTS * this.#partLength);
    for (const [part, row] of this.#rows.entries()) {
      if (row === undefined) throw new Error(`part ${part} is missing`);
      padded.set(new Uint8Array(row.words.buffer, 0, this.#partLength), part * this.#partLength);
    }
    if (padded.subarray(this.dataLength).some((byte) => byte !== 0)) return undefined;
    return padded.slice(0, this.dataLength);
  }

  /** Takes all pivots out of a row; rows hold no pivot but their own, so each is met once. */
  #reduce(row: Row): void {
    for (const [pivot, other] of this.#rows.entries()) {
      if (other !== undefined && holds(row.mask, pivot)) addTo(row, other);
    }
  }
}

function holds(mask: bigint, part: number): boolean {
  return ((mask >> BigInt(part)) & 1n) === 1n;
}

function lowestBit(mask: bigint): number {
  let part = 0;
  while (!holds(mask, part)) part++;
  return part;
}

function addTo(into: Row, from: Row): void {
  into.mask ^= from.mask;
  const { words } = into;
  for (let i = 0; i < words.length; i++) words[i] ^= from.words[i];
}
