/** What an input may cost a parser, by its length: so that nobody makes a node work without bound by sending it something. */
import type { Target } from './target.ts';

/**
 * Beside what any input may cost. A parser takes some 0.1 us and 10 bytes of heap a byte; a busy machine is ten times as
 * slow, and what is not linear is far beyond that at {@link LARGE}.
 */
const MS_PER_BYTE = 0.01;
const HEAP_PER_BYTE = 400;
const MS = 500;
const HEAP = 64 * 2 ** 20;

/** Long enough that twice the length being four times the time shows, bytes. */
const LARGE = 256 * 1024;

export interface Cost {
  readonly ms: number;
  /** Bytes that it left on the heap, or let the collector have not yet. */
  readonly heap: number;
}

export async function costOf(target: Pick<Target, 'take'>, input: Uint8Array): Promise<Cost> {
  const before = process.memoryUsage().heapUsed;
  const started = performance.now();
  await target.take(input);
  return { ms: performance.now() - started, heap: process.memoryUsage().heapUsed - before };
}

/** What of it is more than an input of `length` bytes may cost. */
export function excess({ ms, heap }: Cost, length: number): string | undefined {
  if (ms > MS + length * MS_PER_BYTE) return `${length} bytes took ${Math.round(ms)} ms`;
  if (heap > HEAP + length * HEAP_PER_BYTE) return `${length} bytes took ${heap} bytes of heap`;
  return undefined;
}

/** The same input, large: as a whole over and over, and each third of it between the other two. */
export function enlarged(input: Uint8Array): Uint8Array[] {
  if (input.length < 3) return [];
  const third = Math.floor(input.length / 3);
  return [0, third, 2 * third].map((from, part) => {
    const run = part === 0 ? input : input.subarray(from, part === 1 ? 2 * third : input.length);
    const head = part === 0 ? new Uint8Array(0) : input.subarray(0, from);
    const times = Math.ceil(LARGE / run.length);
    return Buffer.concat([
      head,
      ...Array.from({ length: times }, () => run),
      input.subarray(from + run.length),
    ]);
  });
}

/** Why an input that is made large costs a parser too much; machines pause at times, so what is slow is so twice. */
export async function dearest(
  target: Pick<Target, 'take'>,
  inputs: Iterable<Uint8Array>,
): Promise<string | undefined> {
  for (const input of inputs) {
    for (const large of enlarged(input)) {
      if (excess(await costOf(target, large), large.length) === undefined) continue;
      const why = excess(await costOf(target, large), large.length);
      if (why !== undefined) return why;
    }
  }
  return undefined;
}
