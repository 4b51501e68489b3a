/**
 * `npm run fuzz -- PARSER [SECONDS]`: fuzzes one parser, or `all` of them in turns, and keeps in test/fuzz/corpus what
 * reached new code. A finding is kept there too, printed, and makes it end with 1.
 */
import { inspect } from 'node:util';
import { corpusOf, keep } from './corpus.ts';
import { fuzz } from './fuzzer.ts';
import type { Target } from './target.ts';
import { targets } from './targets.ts';

const [name = 'all', seconds = '60'] = process.argv.slice(2);
const chosen = name === 'all' ? targets : targets.filter((target) => target.name === name);
if (chosen.length === 0 || !(Number(seconds) > 0)) {
  console.error(`usage: npm run fuzz -- all|${targets.map((target) => target.name).join('|')} [SECONDS]`);
  process.exitCode = 2;
} else for (const target of chosen) await run(target, Number(seconds));

async function run(target: Target, seconds: number): Promise<void> {
  const corpus = [...corpusOf(target.name).values()];
  const seed = Math.floor(Math.random() * 2 ** 32);
  const { executions, functions, kept, finding } = await fuzz(target, {
    seed,
    time: seconds * 1000,
    corpus,
  });
  for (const input of kept) keep(target.name, input);
  const counts = `${executions} executions, ${functions} functions, ${corpus.length} + ${kept.length} kept`;
  console.log(`${target.name}: ${counts} (seed ${seed})`);
  await target.close?.();
  if (finding === undefined) return;
  console.log(`found ${keep(target.name, finding.input)}:\n${inspect(finding.error)}`);
  process.exitCode = 1;
}
