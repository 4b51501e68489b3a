import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { corpusOf } from './corpus.ts';
import { costOf, dearest, excess } from './cost.ts';
import { firstFinding, fuzz } from './fuzzer.ts';
import { depthOf } from './sample/maze.ts';
import { bytesOf, must, type Target } from './target.ts';
import { targets } from './targets.ts';

/** How long each parser is fuzzed, ms: all of them together half a minute. */
const TIME = 3000;

describe.each(targets.map((target) => [target.name, target] as const))('%s', (name, target) => {
  test('stands what was kept, and what is made of it', async () => {
    onTestFinished(() => target.close?.());
    const corpus = [...corpusOf(name).values()];
    expect(corpus.length, `npm run fuzz -- ${name}`).toBeGreaterThan(0);
    expect(await firstFinding(target, [...target.seeds, ...corpus])).toBeUndefined();
    const seed = Math.floor(Math.random() * 2 ** 32);
    const { executions, finding } = await fuzz(target, { seed, time: TIME, corpus });
    if (finding !== undefined) {
      const input = Buffer.from(finding.input).toString('base64');
      throw new Error(`${name} breaks on ${input} (base64, seed ${seed})`, { cause: finding.error });
    }
    expect(executions).toBeGreaterThan(corpus.length);
  });

  test('takes time and memory as an input is long, and no more', async () => {
    onTestFinished(() => target.close?.());
    expect(await dearest(target, target.seeds)).toBeUndefined();
  });
});

test.each([
  ['is quadratic in time', (length: number) => ({ ms: length ** 2 * 1e-7, heap: 0 }), ' ms'],
  ['is linear', (length: number) => ({ ms: length * 0.002, heap: length * 100 }), undefined],
  ['keeps far more than it was given', (length: number) => ({ ms: 0, heap: length * 1000 }), 'bytes of heap'],
])('a parser that %s is told by what large inputs cost it', async (_, cost, told) => {
  let [ms, heapUsed] = [0, 0];
  vi.spyOn(performance, 'now').mockImplementation(() => ms);
  vi.spyOn(process, 'memoryUsage').mockImplementation((() => ({ heapUsed })) as typeof process.memoryUsage);
  onTestFinished(() => void vi.restoreAllMocks());
  const take = (input: Uint8Array): void => {
    const { ms: took, heap } = cost(input.length);
    ms += took;
    heapUsed += heap;
  };
  // A few bytes cost nothing that could be noticed.
  expect(excess(await costOf({ take }, bytesOf('rain')), 4)).toBeUndefined();
  const why = await dearest({ take }, [bytesOf('rain')]);
  if (told === undefined) expect(why).toBeUndefined();
  else expect(why).toMatch(told);
});

test('finds what lies behind checks that no mutation passes at once', async () => {
  const maze: Target = {
    name: 'maze',
    seeds: [bytesOf('rain')],
    words: [],
    batch: 500,
    take: (input) => {
      must(depthOf(input) < 4, 'found');
    },
  };
  const { finding, kept } = await fuzz(maze, { seed: 1, time: 30_000, corpus: [] });
  expect(finding?.error).toEqual(new Error('found'));
  expect(Buffer.from(finding?.input ?? '').toString('latin1')).toMatch(/^FUZZ/);
  // One step at a time: that is what coverage is for.
  expect(kept.length).toBeGreaterThanOrEqual(3);
});
