/** Coverage-guided fuzzing of one parser: inputs that reach new code are kept, and what is kept is mutated. */
import { type Random, seeded } from '../../core/protocol/random.ts';
import { Coverage } from './coverage.ts';
import { mutated } from './mutation.ts';
import type { Target } from './target.ts';

/** An input of a few kilobytes that takes as long is a finding, ms. */
const SLOW = 2000;

export interface Finding {
  readonly input: Uint8Array;
  readonly error: unknown;
}

export interface Report {
  readonly executions: number;
  /** Functions that the inputs have run, those of libraries too. */
  readonly functions: number;
  /** Inputs that reached new code, beside those that it began with. */
  readonly kept: readonly Uint8Array[];
  /** What ended it before its time. */
  readonly finding: Finding | undefined;
}

export interface FuzzOptions {
  readonly seed: number;
  /** How long, ms. */
  readonly time: number;
  readonly corpus: readonly Uint8Array[];
}

/** Ends with the first finding. The same seed makes the same inputs, as long as the code is the same. */
export async function fuzz(target: Target, { seed, time, corpus }: FuzzOptions): Promise<Report> {
  const random = seeded(seed);
  const pool: Uint8Array[] = [...target.seeds, ...corpus];
  const known = pool.length;
  const coverage = new Coverage();
  const deadline = performance.now() + time;
  let executions = 0;
  let finding: Finding | undefined;
  try {
    finding = await firstFinding(target, pool);
    executions += pool.length;
    coverage.grew({ learn: true });
    while (finding === undefined && performance.now() < deadline) {
      const batch = Array.from({ length: target.batch }, () => offspring(random, pool, target));
      finding = await firstFinding(target, batch);
      executions += batch.length;
      if (finding === undefined && coverage.grew({ learn: false })) {
        for await (const input of thoseThatAdd(target, batch, coverage)) pool.push(input);
      }
    }
  } finally {
    coverage.close();
  }
  return { executions, functions: coverage.functions, kept: pool.slice(known), finding };
}

/** Runs all of them; returns the first that breaks something. */
export async function firstFinding(
  target: Target,
  inputs: Iterable<Uint8Array>,
): Promise<Finding | undefined> {
  for (const input of inputs) {
    try {
      // Machines pause at times: what is slow is so twice.
      if ((await timeOf(target, input)) < SLOW) continue;
      const again = await timeOf(target, input);
      if (again >= SLOW) return { input, error: new Error(`took ${Math.round(again)} ms`) };
    } catch (error) {
      return { input, error };
    }
  }
  return undefined;
}

/** ms */
async function timeOf(target: Target, input: Uint8Array): Promise<number> {
  const started = performance.now();
  await target.take(input);
  return performance.now() - started;
}

/** Those of `inputs` that reach something new, each for what those before it did not: halves are looked at in turn. */
async function* thoseThatAdd(
  target: Target,
  inputs: readonly Uint8Array[],
  coverage: Coverage,
): AsyncGenerator<Uint8Array> {
  for (const input of inputs) await target.take(input);
  const learn = inputs.length === 1;
  if (!coverage.grew({ learn })) return;
  if (learn) yield* inputs;
  else {
    const half = inputs.length >> 1;
    yield* thoseThatAdd(target, inputs.slice(0, half), coverage);
    yield* thoseThatAdd(target, inputs.slice(half), coverage);
  }
}

function offspring(random: Random, pool: readonly Uint8Array[], { words }: Target): Uint8Array {
  const pick = (): Uint8Array => pool[random.u32() % pool.length] ?? new Uint8Array(0);
  return mutated(random, pick(), pick(), words);
}
