/** The search for systematic seeds; tests hold the committed table against it. */
import { Encoder, presolveScratchBytes } from '../core/fountain/encoder.ts';
import { createSymbolMemory, Kernel } from '../core/fountain/kernel.ts';
import { MAX_K, SYMBOL_ALIGN, shapeWithSeed } from '../core/fountain/profile.ts';

/** Returns a function from k to the least seed whose source rows have full rank; the largest of them is 23. */
export function openSeedSearch(): (k: number) => number {
  const bytes = presolveScratchBytes(MAX_K, SYMBOL_ALIGN);
  const encoder = new Encoder(new Kernel(createSymbolMemory(bytes)), { at: 0, bytes });
  return (k) => {
    let seed = 0;
    while (encoder.deficit(shapeWithSeed(k, seed), SYMBOL_ALIGN) > 0) seed++;
    return seed;
  };
}
