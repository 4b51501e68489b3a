/** From source symbols to droplets. */
import type { Kernel } from './kernel.ts';
import { type BlockShape, blockShape } from './profile.ts';
import { openWorkspace, type Scratch, workspaceBytes } from './workspace.ts';

/** Scratch memory of an encoder that only pours droplets of blocks that another one has presolved. */
export const DROPLET_SCRATCH_BYTES = 256;

/** Bytes of the intermediate symbols of a block, from which every droplet of it is made. */
export function intermediateBytes(k: number, symbolSize: number): number {
  return blockShape(k).intermediate * symbolSize;
}

/** Bytes of scratch memory to presolve blocks of k symbols with; more does no harm. */
export function presolveScratchBytes(k: number, symbolSize: number): number {
  return DROPLET_SCRATCH_BYTES + workspaceBytes(blockShape(k), symbolSize, 'presolve');
}

/**
 * One per thread. The schedule for a size of block is kept until another size is asked for, so that a run of blocks
 * of one size is scheduled once. Every method throws a RangeError for what does not lie in the memory.
 */
export class Encoder {
  readonly #kernel: Kernel;
  readonly #plan: Scratch;
  readonly #workspace: Scratch;
  #shape: BlockShape | undefined;
  #symbolSize = 0;

  constructor(kernel: Kernel, scratch: Scratch) {
    kernel.checkSymbols(scratch.at, scratch.bytes, 1);
    if (scratch.bytes < DROPLET_SCRATCH_BYTES) {
      throw new RangeError(
        `An encoder takes ${DROPLET_SCRATCH_BYTES} bytes of scratch memory, not ${scratch.bytes}.`,
      );
    }
    this.#kernel = kernel;
    this.#plan = { at: scratch.at, bytes: DROPLET_SCRATCH_BYTES };
    this.#workspace = {
      at: scratch.at + DROPLET_SCRATCH_BYTES,
      bytes: scratch.bytes - DROPLET_SCRATCH_BYTES,
    };
  }

  /**
   * Solves a block: from its k symbols at byte offset `source` to `intermediateBytes(k, symbolSize)` at
   * `intermediate`, which must not overlap them.
   */
  presolve(k: number, symbolSize: number, source: number, intermediate: number): void {
    const shape = blockShape(k);
    this.#kernel.checkSymbols(source, k, symbolSize);
    this.#kernel.checkSymbols(intermediate, shape.intermediate, symbolSize);
    this.#prepare(shape, symbolSize);
    this.#kernel.run.presolve(this.#workspace.at, source, intermediate);
  }

  /** Writes droplet `id` (any u32, source ids too) of a presolved block to `into`, outside of `intermediate`. */
  droplet(k: number, symbolSize: number, intermediate: number, id: number, into: number): void {
    this.droplets(k, symbolSize, intermediate, id, 1, into);
  }

  /** As `droplet`, for `count` ids from `firstId`, one behind the other; after the last u32 comes 0. */
  droplets(
    k: number,
    symbolSize: number,
    intermediate: number,
    firstId: number,
    count: number,
    into: number,
  ): void {
    const shape = blockShape(k);
    this.#kernel.checkSize(symbolSize);
    this.#kernel.checkSymbols(intermediate, shape.intermediate, symbolSize);
    this.#kernel.checkSymbols(into, count, symbolSize);
    const { seed, ltWidth, ltPrime, pi } = shape;
    this.#kernel.run.droplets(
      this.#plan.at,
      seed,
      ltWidth,
      ltPrime,
      pi,
      symbolSize,
      intermediate,
      firstId,
      count,
      into,
    );
  }

  /** The rank deficit of the source symbols of a shape, any seed's: 0 if the shape is systematic. */
  deficit(shape: BlockShape, symbolSize: number): number {
    this.#shape = undefined;
    this.#kernel.checkSize(symbolSize);
    openWorkspace(this.#kernel.memory, this.#workspace, shape, symbolSize, 'presolve');
    this.#kernel.run.makeRows(this.#workspace.at);
    return this.#kernel.run.scheduleSource(this.#workspace.at);
  }

  #prepare(shape: BlockShape, symbolSize: number): void {
    if (this.#shape === shape && this.#symbolSize === symbolSize) return;
    const deficit = this.deficit(shape, symbolSize);
    if (deficit > 0) throw new Error(`The seed table is wrong: k = ${shape.k} has rank deficit ${deficit}.`);
    this.#shape = shape;
    this.#symbolSize = symbolSize;
  }
}
