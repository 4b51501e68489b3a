/**
 * `npm run mutants -- FILE...`: do the tests notice when the code breaks? Each file is broken in small ways, one at a
 * time, in a copy of the tree, and the tests of its own layer that reach it are run. What none of them notices is
 * printed; a break that nobody could notice is marked, with the reason, in `mutants/equivalents`. Fails where less than
 * 90 % of a layer's breaks are noticed.
 */
import { readFileSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { breaksOf, sampleOf } from './mutants/breaks.ts';
import { copyOf } from './mutants/copy.ts';
import { equivalentsOf } from './mutants/equivalents.ts';
import { Runner } from './mutants/runner.ts';
import { layerOf, testsOf } from './mutants/tests-of.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Of the breaks of a layer, so many are to be noticed. */
const AIM = 0.9;
/** A break is noticed also by tests that take so much longer than they did, and so many ms more. */
const LONGER = 4;
const GRACE = 5000;

interface Score {
  noticed: number;
  /** Of these, in that the tests went on for ever. */
  hung: number;
  survived: number;
  equivalent: number;
}

interface Timed {
  readonly test: string;
  readonly ms: number;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** Breaks of each file, chosen by chance but always the same; 0: all there are. */
    most: { type: 'string', default: '20' },
    /** Tests of a file are added, from the nearest on, until they take so many seconds. */
    seconds: { type: 'string', default: '20' },
    /** Only breaks of these lines, as in 120-140. */
    lines: { type: 'string' },
  },
});
process.on('SIGINT', () => process.exit(130));
process.on('SIGTERM', () => process.exit(143));
process.exitCode = await main();

async function main(): Promise<number> {
  if (positionals.length === 0) {
    console.error('Usage: npm run mutants -- [--most N] [--seconds N] [--lines FROM-TO] FILE...');
    return 2;
  }
  const runner = new Runner(copyOf(ROOT));
  const times = new Map<string, number>();
  const layers = new Map<string, Score>();
  for (const argument of positionals) {
    const file = relative(ROOT, resolve(argument)).split(sep).join('/');
    const score = await tryFile(runner, times, file);
    const layer = layerOf(file);
    layers.set(layer, sum(layers.get(layer), score));
    console.log(`${file}: ${told(score)}`);
  }
  runner.close();
  console.log('');
  for (const [layer, score] of layers) console.log(`${layer}: ${told(score)}`);
  return [...layers.values()].every((score) => shareOf(score) >= AIM) ? 0 : 1;
}

async function tryFile(runner: Runner, times: Map<string, number>, file: string): Promise<Score> {
  const source = readFileSync(`${ROOT}${file}`, 'utf8');
  const [from, to] = (values.lines ?? '1-1000000').split('-').map(Number);
  const isEquivalent = equivalentsOf(file);
  const all = breaksOf(file, source).filter(({ line }) => line >= from && line <= to);
  const breaks = sampleOf(all, Number(values.most) || all.length);
  const tests = breaks.length === 0 ? [] : await within(runner, times, testsOf(ROOT, file));
  const limit = GRACE + LONGER * tests.reduce((ms, test) => ms + test.ms, 0);
  const score: Score = { noticed: 0, hung: 0, survived: 0, equivalent: 0 };
  for (const one of breaks) {
    if (isEquivalent(one)) {
      score.equivalent++;
      continue;
    }
    runner.write(file, one.source);
    const outcome =
      tests.length === 0
        ? { failed: undefined }
        : await runner.run(
            tests.map(({ test }) => test),
            limit,
          );
    if (outcome === 'hung') score.hung++;
    if (outcome === 'hung' || outcome.failed !== undefined) score.noticed++;
    else {
      score.survived++;
      console.log(`${file}:${one.line}\n  was     ${one.was}\n  becomes ${one.becomes}`);
    }
  }
  runner.write(file, source);
  return score;
}

/** The first of these tests that together take no longer than they may, as long as each of them is passed. */
async function within(
  runner: Runner,
  times: Map<string, number>,
  tests: readonly string[],
): Promise<Timed[]> {
  const most = Number(values.seconds) * 1000;
  const chosen: Timed[] = [];
  let spent = 0;
  for (const test of tests) {
    const ms = times.get(test) ?? (await timeOf(runner, test, most));
    times.set(test, ms);
    // One that takes long by itself is no test of a unit.
    if (ms > most) continue;
    if (spent + ms > most) break;
    spent += ms;
    chosen.push({ test, ms });
  }
  return chosen;
}

async function timeOf(runner: Runner, test: string, most: number): Promise<number> {
  const before = performance.now();
  const outcome = await runner.run([test], most + GRACE);
  if (outcome === 'hung') return Number.POSITIVE_INFINITY;
  if (outcome.failed !== undefined) throw new Error(`Fails before anything is broken: ${outcome.failed}`);
  return performance.now() - before;
}

function sum(a: Score | undefined, b: Score): Score {
  if (a === undefined) return b;
  return {
    noticed: a.noticed + b.noticed,
    hung: a.hung + b.hung,
    survived: a.survived + b.survived,
    equivalent: a.equivalent + b.equivalent,
  };
}

function shareOf({ noticed, survived }: Score): number {
  return noticed + survived === 0 ? 1 : noticed / (noticed + survived);
}

function told(score: Score): string {
  const { noticed, hung, survived, equivalent } = score;
  const share = (100 * shareOf(score)).toFixed(1);
  return `${share} %: ${noticed} noticed (${hung} by not ending), ${survived} not, ${equivalent} equivalent`;
}
