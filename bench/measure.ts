/** Least time over which a pass is repeated, in milliseconds; of several, on average. */
const LEAST_MS = 400;
const LEAST_PASSES = 5;

/**
 * The time of the fastest of many passes, in milliseconds: what the work takes while nothing else wants the core, and
 * so the same on a busy machine as on an idle one.
 */
export function fastestPass(pass: () => void): number {
  return fastestPasses([pass])[0];
}

/** As `fastestPass`, for works to be compared: they take turns, so that what slows the machine down slows each of them. */
export function fastestPasses(passes: readonly (() => void)[]): number[] {
  const fastest = passes.map(() => Number.POSITIVE_INFINITY);
  let rounds = 0;
  for (let spent = 0; spent < LEAST_MS * passes.length || rounds < LEAST_PASSES; rounds++) {
    for (const [i, pass] of passes.entries()) {
      const ms = timeOf(pass);
      fastest[i] = Math.min(fastest[i], ms);
      spent += ms;
    }
  }
  return fastest;
}

/** Milliseconds that `work` takes. */
export function timeOf(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

/** The least of the values that this share of them does not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

/** 10^6 bytes per second. */
export function megabytesPerSecond(bytes: number, ms: number): number {
  return bytes / ms / 1000;
}
