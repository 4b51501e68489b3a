/** How many droplets beyond k a block takes: a matter of rank alone, so that no symbol is touched. */
import { Decoder, decodeScratchBytes } from '../../core/fountain/decoder.ts';
import { createSymbolMemory, Kernel } from '../../core/fountain/kernel.ts';
import { SYMBOL_ALIGN } from '../../core/fountain/profile.ts';
import { seeded } from '../../core/protocol/random.ts';
import { quantile } from '../measure.ts';
import { arrivals } from './case.ts';

const RUNS = 10_000;

export interface Overhead {
  readonly k: number;
  readonly loss: number;
  readonly runs: number;
  readonly mean: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly most: number;
}

/** Each run loses other symbols and begins at another repair id; the same runs every time. */
export function measureOverhead(k: number, loss: number): Overhead {
  const random = seeded(k * 1000 + loss * 100 + 1);
  const bytes = decodeScratchBytes(k, SYMBOL_ALIGN);
  const source = bytes;
  const kernel = new Kernel(createSymbolMemory(bytes + k * SYMBOL_ALIGN));
  const decoder = new Decoder(kernel, { at: 0, bytes });
  const repairIds = new Uint32Array(k);
  const repairAt = new Uint32Array(k).fill(source);
  const extras: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const present = arrivals(k, loss, random);
    const first = k + (random.u32() % 0xf0000000);
    let count = 0;
    for (const here of present) {
      if (here === 0) {
        repairIds[count] = first + count;
        count++;
      }
    }
    const block = { k, symbolSize: SYMBOL_ALIGN, source, present, repairIds, repairAt, count };
    let deficit = decoder.begin(block);
    let extra = 0;
    for (; deficit > 0; extra++) deficit = decoder.add(first + count + extra, source);
    extras.push(extra);
  }
  return {
    k,
    loss,
    runs: RUNS,
    mean: extras.reduce((sum, n) => sum + n, 0) / RUNS,
    p50: quantile(extras, 0.5),
    p99: quantile(extras, 0.99),
    p999: quantile(extras, 0.999),
    most: Math.max(...extras),
  };
}
