/**
 * Searches the systematic seed of every k and writes the module core/fountain/seeds.ts.
 *
 * `node tools/make-seeds.ts`
 */
import { writeFileSync } from 'node:fs';
import { MAX_K, MIN_K } from '../core/fountain/profile.ts';
import { openSeedSearch } from './seed-search.ts';

const PER_LINE = 64;

const search = openSeedSearch();
const digits: string[] = [];
for (let k = MIN_K; k <= MAX_K; k++) digits.push(search(k).toString(36));
const lines: string[] = [];
for (let i = 0; i < digits.length; i += PER_LINE)
  lines.push(`  '${digits.slice(i, i + PER_LINE).join('')}',`);

const module = `/** Made by tools/make-seeds.ts: the systematic seeds of k = ${MIN_K} and up, a base-36 digit each. */
const SEEDS = [
${lines.join('\n')}
].join('');

/** The least seed for which a block of k symbols, ${MIN_K} to ${MAX_K}, can be solved from its source symbols. */
export function systematicSeed(k: number): number {
  return Number.parseInt(SEEDS[k - ${MIN_K}], 36);
}
`;
writeFileSync(new URL('../core/fountain/seeds.ts', import.meta.url), module);
