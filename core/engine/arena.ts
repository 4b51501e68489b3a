/**
 * The memory that all threads of a node share: slots for blocks, and scratch for the code. The network thread
 * hands out slots; a droplet is copied once, from its datagram to its place here, and decoded where it lies.
 */

import { decodeScratchBytes } from '../fountain/decoder.ts';
import { DROPLET_SCRATCH_BYTES, intermediateBytes, presolveScratchBytes } from '../fountain/encoder.ts';
import { createSymbolMemory } from '../fountain/kernel.ts';
import type { Scratch } from '../fountain/workspace.ts';

const MAX_SYMBOLS = 1024;
const MAX_SYMBOL_SIZE = 1152;
/** Repair droplets that are made at a time; more than a datagram over loopback carries. */
const RUN_SYMBOLS = 16;

/** Source symbols of the largest block, bytes. */
export const SOURCE_BYTES = MAX_SYMBOLS * MAX_SYMBOL_SIZE;
/** Intermediate symbols of the largest block, bytes. */
const INTERMEDIATE_BYTES = intermediateBytes(MAX_SYMBOLS, MAX_SYMBOL_SIZE);
/** Behind the source on the fetching side: repair droplets, or intermediate symbols. */
export const EXTRA_BYTES = align(Math.max(INTERMEDIATE_BYTES, 1152 * MAX_SYMBOL_SIZE));
/** Of the fetching side. */
export const SLOT_BYTES = SOURCE_BYTES + EXTRA_BYTES;

/** Blocks that are being collected; as all that follow, they take no memory as long as nobody has touched them. */
export const FETCH_SLOTS = 24;
/** Blocks that are being poured from: the more, the farther may clients be apart that are poured the same ones. */
export const SERVE_SLOTS = 48;
/** Of those, blocks that repair droplets are made of at once. */
const INTERMEDIATES = 16;

export interface CodecScratch {
  readonly presolve: Scratch;
  readonly decode: Scratch;
  /** Room for the intermediate symbols of a block. */
  readonly intermediate: number;
  /** Room for a whole block. */
  readonly block: number;
}

export interface Arena {
  readonly memory: WebAssembly.Memory;
  /** Of the network thread, which makes repair droplets: scratch, and room for a run of them. */
  readonly droplets: Scratch;
  readonly run: Scratch;
  readonly codecs: readonly CodecScratch[];
  /** Byte offsets of slots. */
  readonly fetchSlots: readonly number[];
  readonly serveSlots: readonly number[];
  /** Byte offsets of places for the intermediate symbols of blocks that are being poured from. */
  readonly intermediates: readonly number[];
}

export function createArena(codecs: number): Arena {
  let end = 64;
  const take = (bytes: number): number => {
    const at = end;
    end += align(bytes);
    return at;
  };
  const scratch = (bytes: number): Scratch => ({ at: take(bytes), bytes });
  const droplets = scratch(DROPLET_SCRATCH_BYTES);
  const run = scratch(RUN_SYMBOLS * MAX_SYMBOL_SIZE);
  const perCodec = Array.from({ length: codecs }, () => ({
    presolve: scratch(presolveScratchBytes(MAX_SYMBOLS, MAX_SYMBOL_SIZE)),
    decode: scratch(decodeScratchBytes(MAX_SYMBOLS, MAX_SYMBOL_SIZE)),
    intermediate: take(EXTRA_BYTES),
    block: take(SOURCE_BYTES),
  }));
  const fetchSlots = Array.from({ length: FETCH_SLOTS }, () => take(SLOT_BYTES));
  const serveSlots = Array.from({ length: SERVE_SLOTS }, () => take(SOURCE_BYTES));
  const intermediates = Array.from({ length: INTERMEDIATES }, () => take(INTERMEDIATE_BYTES));
  return {
    memory: createSymbolMemory(end),
    droplets,
    run,
    codecs: perCodec,
    fetchSlots,
    serveSlots,
    intermediates,
  };
}

function align(bytes: number): number {
  return Math.ceil(bytes / 64) * 64;
}
