/** From samples to what a stacked chart draws. */
import type { Throughput } from '../../../state/samples.ts';

/** Seconds that the chart shows. */
export const SPAN = 90;

export interface Stack {
  /** Seconds before the last sample, rising to 0. */
  readonly ages: Float64Array;
  /** From the top of the stack to its bottom: each is drawn over the one before it. Bytes per second. */
  readonly tops: readonly Float64Array[];
  /** The band of each of `tops`: its place among the servers; their number stands for all others. */
  readonly bands: readonly number[];
  /** Of the last sample, of all bands together. */
  readonly now: number;
  /** The most that all bands together came to. */
  readonly peak: number;
}

/** Sums bands up; the servers that poured first are at the bottom. */
export function stacked({ times, bands, hasOthers, servers }: Throughput): Stack {
  const last = times.length === 0 ? 0 : times[times.length - 1];
  let first = 0;
  // One sample before the span too, so that the line comes in from the edge.
  while (first + 1 < times.length && last - times[first + 1] > SPAN * 1000) first++;
  const length = times.length - first;
  const ages = new Float64Array(length);
  for (let i = 0; i < length; i++) ages[i] = (times[first + i] - last) / 1000;

  const shown = bands.slice(0, hasOthers ? servers.length + 1 : servers.length);
  const sum = new Float64Array(length);
  const tops = shown.map((band) => {
    for (let i = 0; i < length; i++) sum[i] += band[first + i];
    return sum.slice();
  });
  return {
    ages,
    tops: tops.toReversed(),
    bands: shown.map((_, band) => band).toReversed(),
    now: length === 0 ? 0 : sum[length - 1],
    peak: sum.reduce((most, value) => Math.max(most, value), 0),
  };
}
