/** What is measured of every code: the same symbols, lost in the same way. */
import { type Random, unit } from '../../core/protocol/random.ts';

export const SYMBOL_SIZE = 1152;
export const SIZES = [64, 256, 1024] as const;
/** Shares of source symbols lost; at 1 all are, and only repair droplets serve. */
export const LOSSES = [0, 0.01, 0.05, 0.2, 1] as const;

/** One byte per source symbol, 1 if it arrives; at least one is lost unless the loss is 0. */
export function arrivals(k: number, loss: number, random: Random): Uint8Array {
  const present = Uint8Array.from({ length: k }, () => (unit(random) < loss ? 0 : 1));
  if (loss > 0) present[random.u32() % k] = 0;
  return present;
}

/** Bytes that nothing can guess or compress. */
export function fillRandom(bytes: Uint8Array, random: Random): void {
  for (let i = 0; i < bytes.length; i++) bytes[i] = random.u32();
}

/** What one code does at one loss. */
export interface Decoding {
  readonly k: number;
  readonly loss: number;
  /** Source bytes per second; null if nothing is lost and there is nothing to do. */
  readonly mbPerSecond: number | null;
  readonly msPerBlock: number;
  /** Droplets beyond k that the blocks measured took, on average. */
  readonly extra: number;
  readonly blocks: number;
}
