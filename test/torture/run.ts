/**
 * `npm run torture [-- --seeds N --from SEED --only NAME]`: runs clients to which something happens, each from its
 * seed, and prints what became of them. Ends with 1 when a file was wrong or a transfer stuck.
 */
import { inspect, parseArgs } from 'node:util';
import { happenings, kernelHappenings } from './happenings.ts';
import { ordeal } from './ordeal.ts';
import { openScene } from './scene.ts';

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    from: { type: 'string', default: '1' },
    only: { type: 'string' },
  },
});
const [first, count] = [Number(values.from), Number(values.seeds)];
const all = [...happenings, ...kernelHappenings];
const chosen = all.filter(([name]) => values.only === undefined || name === values.only);
if (chosen.length === 0 || !(count > 0) || !Number.isInteger(first)) {
  console.error(
    `usage: npm run torture -- [--seeds N] [--from SEED] [--only '${all.map(([name]) => name).join("'|'")}']`,
  );
  process.exit(2);
}

const scene = await openScene();
const table: Record<string, object> = {};
for (const [name, happening] of chosen) {
  const row = { runs: 0, right: 0, waiting: 0, wrong: 0, stuck: 0 };
  // One of them puts performance.now forward.
  const started = process.hrtime.bigint();
  for (let seed = first; seed < first + count; seed++) {
    const { verdict, why } = await ordeal(scene, name, happening, seed);
    row.runs++;
    row[verdict]++;
    if (why === undefined) continue;
    console.log(`${name}, seed ${seed}: ${verdict}: ${inspect(why)}`);
    process.exitCode = 1;
  }
  table[name] = { ...row, seconds: Number((process.hrtime.bigint() - started) / 1_000_000_000n) };
}
await scene.close();
console.table(table);
