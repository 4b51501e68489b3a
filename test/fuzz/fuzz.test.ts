import { describe, expect, onTestFinished, test } from 'vitest';
import { corpusOf } from './corpus.ts';
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
