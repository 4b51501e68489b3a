/** Measures how fair Rain is in one case. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { table } from '../table.ts';
import { Bottleneck } from './bottleneck.ts';
import type { FairCase, Finding } from './fair-cases.ts';
import { makeRandomFile } from './random-file.ts';

/** More than goes over any of the links in all the time: nobody is to have finished. */
const BYTES = 512 * 2 ** 20;

export interface FairResult extends Finding {
  readonly case: string;
  readonly aim: string;
}

export async function measureFairness(
  { name, link, aim, measure }: FairCase,
  options: { readonly link: string; readonly folder: string; readonly repeat: number },
): Promise<FairResult[]> {
  const file = join(options.folder, 'file.bin');
  await makeRandomFile(file, BYTES);
  const results: FairResult[] = [];
  while (results.length < options.repeat) {
    const folder = join(options.folder, 'runs');
    await mkdir(folder);
    const bottleneck = await Bottleneck.up(link, options.link, file, folder);
    try {
      results.push({ case: name, aim, ...(await measure(bottleneck)) });
    } finally {
      await bottleneck.down();
    }
    await rm(folder, { recursive: true });
    console.error(`${name}: ${results.at(-1)?.measured}`);
  }
  await rm(file);
  return results;
}

/** One that is not as it should be is shown as missed. */
export function tableOfFairness(results: readonly FairResult[]): string {
  const rows = results.map(({ case: what, measured, aim, met }) => [
    what,
    measured,
    met ? aim : `MISSED: ${aim}`,
  ]);
  return table(['what', 'measured', 'aim'], rows);
}
