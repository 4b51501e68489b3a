/**
 * `npm run simulate -- FIRST COUNT`: transfers from two servers of which one does whatever it likes; worst ones last.
 * With `small` behind it: of files that take a second or less.
 */
import { type Ordeal, ordealOf } from './one-of-two.ts';

const SHOWN = 10;

const [first = '1', count = '1000', size] = process.argv.slice(2);
const all: Ordeal[] = [];
for (let seed = Number(first); seed < Number(first) + Number(count); seed++) {
  all.push(ordealOf(seed, size === 'small'));
}

const timesOf = ({ both, alone }: Ordeal): number => both / alone;
const sorted = all.toSorted((a, b) => timesOf(a) - timesOf(b));
const bad = sorted.filter((each) => each.isHonestBanned || !each.complete || each.both > each.most);
for (const each of [...sorted.slice(-SHOWN), ...bad.slice(0, -SHOWN)]) {
  const { seed, alone, both, banned, isHonestBanned } = each;
  console.log(
    `seed ${seed}: ${timesOf(each).toFixed(2)} times ${alone.toFixed(0)} ms (${both.toFixed(0)}), banned ${banned.length}${isHonestBanned ? ', the honest one too' : ''}`,
  );
}
const quantile = (q: number): string => timesOf(sorted[Math.floor(q * (sorted.length - 1))]).toFixed(2);
console.log(
  `${all.length} seeds: times the honest server alone: median ${quantile(0.5)}, p99 ${quantile(0.99)}, most ${quantile(1)}; at most ${Math.max(...all.map(({ alone, both }) => both - 2 * alone)).toFixed(0)} ms beyond twice; ${all.filter((each) => timesOf(each) > 2).length} beyond twice; ${bad.length} bad; the liar banned in ${all.filter(({ banned }) => banned.length > 0).length}`,
);
process.exitCode = bad.length > 0 ? 1 : 0;
