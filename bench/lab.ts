/**
 * Whole programs on a network of this machine's own, as root: `rain get` from start to exit on links with a rate, a
 * delay and loss, and what else is installed on the same ones; and what Rain leaves to others on a link that they
 * share. The tables of docs/performance.md.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { CASES, type Case, idealOf } from './lab/cases.ts';
import { type FairResult, measureFairness, tableOfFairness } from './lab/fair.ts';
import { FAIR_CASES } from './lab/fair-cases.ts';
import { compileLink } from './lab/link-program.ts';
import { measure, type Run } from './lab/measure.ts';
import { peersHere } from './lab/peers.ts';
import { RAIN } from './lab/rain.ts';
import { makeRandomFile } from './lab/random-file.ts';
import type { Tool } from './lab/tool.ts';
import { quantile } from './measure.ts';
import { table } from './table.ts';

export interface LabOptions {
  readonly json: boolean;
  /** Cases whose names have this in them; all without it. */
  readonly only?: string;
  /** Runs of each; of times the median is what is shown. */
  readonly repeat?: number;
}

interface Result {
  readonly case: string;
  readonly tool: string;
  readonly seconds: number;
  /** Time against that which the links need for the content alone. */
  readonly ratio: number | undefined;
  readonly target: number | undefined;
  readonly megabits: number;
  readonly gibibytes: number;
  /** Seconds of processor time. */
  readonly fetching: number;
  readonly serving: number;
  /** Seconds of all runs. */
  readonly runs: readonly number[];
}

/** Where nothing is said of it: times are short and differ, fairness takes minutes. */
const REPEAT = 3;
const FAIR_REPEAT = 1;

export async function benchLab({ json, only = '', repeat }: LabOptions): Promise<void> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    console.error('The laboratory is made of network namespaces: it needs Linux, and root.');
    process.exitCode = 1;
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'pouring-rain-lab-'));
  try {
    const link = await compileLink(folder);
    const times: Result[] = [];
    for (const one of CASES.filter(({ name }) => name.includes(only))) {
      if (link === undefined && one.links.some((needed) => needed !== undefined)) skip(one.name);
      else times.push(...(await measureCase(one, { link, folder, repeat: repeat ?? REPEAT })));
    }
    const fairness: FairResult[] = [];
    for (const one of FAIR_CASES.filter(({ name }) => name.includes(only))) {
      if (link === undefined) skip(one.name);
      else fairness.push(...(await measureFairness(one, { link, folder, repeat: repeat ?? FAIR_REPEAT })));
    }
    console.log(json ? JSON.stringify({ times, fairness }, undefined, 2) : report(times, fairness));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function skip(name: string): void {
  console.error(`SKIPPED, there is no C compiler for links with a rate or a delay: ${name}`);
}

async function measureCase(
  one: Case,
  options: { readonly link: string | undefined; readonly folder: string; readonly repeat: number },
): Promise<Result[]> {
  const file = join(options.folder, 'file.bin');
  await makeRandomFile(file, one.bytes);
  const unlimited = one.links.every((link) => link === undefined);
  const peers = peersHere().filter((peer) => one.peers === true && (unlimited || peer.unlimited !== true));
  const tools = [RAIN, ...peers].map((tool): { tool: Tool; runs: Run[] } => ({ tool, runs: [] }));
  // In turns: a machine is faster in one minute than in another.
  for (let round = 0; round < options.repeat; round++)
    for (const { tool, runs } of tools) {
      const folder = join(options.folder, 'runs');
      await mkdir(folder);
      const run = await measure(tool, one, file, { ...options, folder });
      runs.push(run);
      // It takes many minutes in all: whoever stops it has seen what there was.
      console.error(`${one.name}; ${tool.name}: ${run.seconds.toFixed(2)} s`);
      await rm(folder, { recursive: true });
    }
  await rm(file);
  return tools.map(({ tool, runs }) => resultOf(one, tool.name, runs));
}

function resultOf(one: Case, tool: string, runs: readonly Run[]): Result {
  const median = (values: readonly number[]): number => quantile(values, 0.5);
  const seconds = median(runs.map((run) => run.seconds));
  const ideal = idealOf(one);
  return {
    case: one.name,
    tool,
    seconds,
    ratio: ideal === undefined ? undefined : seconds / ideal,
    target: tool === RAIN.name ? one.target : undefined,
    megabits: (8 * one.bytes) / seconds / 1e6,
    gibibytes: one.bytes / 2 ** 30,
    fetching: median(runs.map((run) => run.fetching)),
    serving: median(runs.map((run) => run.serving)),
    runs: runs.map((run) => run.seconds),
  };
}

function report(times: readonly Result[], fairness: readonly FairResult[]): string {
  const [minute, , quarter] = loadavg();
  const machine = `${cpus().length} x ${cpus()[0].model}, Node ${process.versions.node}`;
  const load = `load of the last minute ${minute.toFixed(1)}, of the last fifteen ${quarter.toFixed(1)}`;
  const tables = [
    ...(times.length > 0 ? [tableOfTimes(times)] : []),
    ...(fairness.length > 0 ? [tableOfFairness(fairness)] : []),
  ];
  return [`${machine}; ${load}`, ...tables].join('\n\n');
}

function tableOfTimes(results: readonly Result[]): string {
  const fixed = (value: number | undefined, digits: number): string => value?.toFixed(digits) ?? '';
  const rows = results.map((result) => [
    result.case,
    result.tool,
    fixed(result.seconds, 2),
    fixed(result.ratio, 3),
    fixed(result.target, 3),
    fixed(result.megabits, 1),
    fixed(result.fetching, 2),
    fixed(result.serving, 2),
    fixed(result.fetching / result.gibibytes, 2),
    fixed(result.serving / result.gibibytes, 2),
  ]);
  const headings = [
    'links; content',
    'tool',
    's',
    'T/ideal',
    'at most',
    'Mbit/s',
    'CPU s get',
    'CPU s serve',
    'a GiB',
    'a GiB',
  ];
  return table(headings, rows);
}
