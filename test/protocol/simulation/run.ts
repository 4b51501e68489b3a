/** `npm run simulate -- FIRST COUNT`: transfers from two servers of which one does whatever it likes; worst ones last. */
import { type Ordeal, ordealOf } from './one-of-two.ts';

/** As a multiple of what the honest server takes alone. */
const MOST = 2;
const SHOWN = 10;

const [first = '1', count = '1000'] = process.argv.slice(2);
const all: Ordeal[] = [];
for (let seed = Number(first); seed < Number(first) + Number(count); seed++) all.push(ordealOf(seed));

const timesOf = ({ both, alone }: Ordeal): number => both / alone;
const sorted = all.toSorted((a, b) => timesOf(a) - timesOf(b));
const bad = sorted.filter((each) => each.isHonestBanned || !each.complete || timesOf(each) > MOST);
for (const each of [...sorted.slice(-SHOWN), ...bad.slice(0, -SHOWN)]) {
  const { seed, alone, both, banned, isHonestBanned } = each;
  console.log(
    `seed ${seed}: ${timesOf(each).toFixed(2)} times ${alone.toFixed(0)} ms (${both.toFixed(0)}), banned ${banned.length}${isHonestBanned ? ', the honest one too' : ''}`,
  );
}
const quantile = (q: number): string => timesOf(sorted[Math.floor(q * (sorted.length - 1))]).toFixed(2);
console.log(
  `${all.length} seeds: times the honest server alone: median ${quantile(0.5)}, p99 ${quantile(0.99)}, most ${quantile(1)}; ${bad.length} bad; the liar banned in ${all.filter(({ banned }) => banned.length > 0).length}`,
);
process.exitCode = bad.length > 0 ? 1 : 0;
