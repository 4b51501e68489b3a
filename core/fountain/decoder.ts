/** From droplets to source symbols. */
import type { Kernel } from './kernel.ts';
import { type BlockShape, blockShape } from './profile.ts';
import { openWorkspace, type Scratch, SPARE_ROWS, workspaceBytes } from './workspace.ts';

/** Bytes of scratch memory that a decoder needs for blocks of k symbols; more does no harm. */
export function decodeScratchBytes(k: number, symbolSize: number): number {
  return workspaceBytes(blockShape(k), symbolSize, 'decode');
}

/** What has arrived of a block. Ids of repair droplets are any u32, told apart; one told twice only adds no rank. */
export interface ReceivedBlock {
  readonly k: number;
  readonly symbolSize: number;
  /** Byte offset of the k source symbols; those present lie in their places, the others are written by `finish`. */
  readonly source: number;
  /** One byte per source symbol, not 0 if it is present. */
  readonly present: Uint8Array;
  /** Ids of the repair droplets and byte offsets of their symbols; the first `count` of each count. */
  readonly repairIds: Uint32Array;
  readonly repairAt: Uint32Array;
  readonly count: number;
}

/**
 * One per thread, used for block after block: `begin`, `add` until the rank deficit is 0, `finish`. Symbols are read
 * and written by `finish` alone, and must stay where they are until then.
 */
export class Decoder {
  readonly #kernel: Kernel;
  readonly #scratch: Scratch;
  #shape: BlockShape | undefined;
  #symbolSize = 0;
  #room: ReadonlyMap<string, number> = new Map();
  #deficit = -1;
  #missing = 0;

  constructor(kernel: Kernel, scratch: Scratch) {
    kernel.checkSymbols(scratch.at, scratch.bytes, 1);
    this.#kernel = kernel;
    this.#scratch = scratch;
  }

  /**
   * Takes up a block, forgetting the one before; returns its rank deficit, the least number of further droplets that
   * can complete it, 0 if it can be solved. Throws a RangeError for what does not lie in the memory.
   */
  begin(block: ReceivedBlock): number {
    this.#deficit = -1;
    const { k, symbolSize, count, repairIds, repairAt } = block;
    const shape = blockShape(k);
    this.#kernel.checkSize(symbolSize);
    this.#kernel.checkSymbols(block.source, k, symbolSize);
    if (block.present.length < k || repairIds.length < count || repairAt.length < count) {
      throw new RangeError(`A list of ${count} repair droplets or of ${k} source symbols is too short.`);
    }
    for (let i = 0; i < count; i++) this.#kernel.checkSymbols(repairAt[i], 1, symbolSize);

    this.#missing = k;
    for (let id = 0; id < k; id++) if (block.present[id] !== 0) this.#missing--;
    if (this.#missing === 0) return this.#rank(0);

    this.#prepare(shape, symbolSize);
    const together = Math.min(count, this.#missing + SPARE_ROWS);
    const { buffer } = this.#kernel.memory;
    new Uint8Array(buffer, this.#place('present'), k).set(block.present.subarray(0, k));
    new Uint32Array(buffer, this.#place('repairIds'), together).set(repairIds.subarray(0, together));
    new Uint32Array(buffer, this.#place('repairAt'), together).set(repairAt.subarray(0, together));
    this.#rank(this.#kernel.run.begin(this.#scratch.at, block.source, together));
    for (let i = together; i < count && this.#deficit > 0; i++) this.add(repairIds[i], repairAt[i]);
    return this.#deficit;
  }

  /** One more droplet, of any id, for the block begun last; returns the rank deficit. */
  add(id: number, at: number): number {
    if (this.#deficit < 0) throw new Error('No block has been begun.');
    if (this.#deficit === 0) return 0;
    this.#kernel.checkSymbols(at, 1, this.#symbolSize);
    return this.#rank(this.#kernel.run.add(this.#scratch.at, id, at));
  }

  /** Writes the missing source symbols of a block whose rank deficit is 0 to their places. */
  finish(): void {
    if (this.#deficit !== 0) throw new Error('The block cannot be solved yet.');
    this.#deficit = -1;
    if (this.#missing > 0) this.#kernel.run.finish(this.#scratch.at);
  }

  #rank(deficit: number): number {
    this.#deficit = deficit;
    return deficit;
  }

  #place(room: string): number {
    const at = this.#room.get(room);
    if (at === undefined) throw new Error(`A workspace has no room ${room}.`);
    return at;
  }

  #prepare(shape: BlockShape, symbolSize: number): void {
    if (this.#shape === shape && this.#symbolSize === symbolSize) return;
    this.#shape = undefined;
    this.#room = openWorkspace(this.#kernel.memory, this.#scratch, shape, symbolSize, 'decode');
    this.#kernel.run.makeRows(this.#scratch.at);
    this.#shape = shape;
    this.#symbolSize = symbolSize;
  }
}
