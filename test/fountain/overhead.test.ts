import { expect, test } from 'vitest';
import { seeded } from '../../core/protocol/random.ts';
import { BlockBed, lossPattern } from './block-bed.ts';

test.each([
  [64, 0.2],
  [256, 0.05],
  [1024, 0.05],
  [1024, 1],
])('k = %s, loss %s: droplets beyond k are few', (k, loss) => {
  const random = seeded(k + loss * 100);
  const bed = new BlockBed(k, 64);
  bed.fill((j, i) => j + i);
  const runs = 300;
  let extra = 0;
  let most = 0;
  const at = bed.pour(0);
  for (let run = 0; run < runs; run++) {
    const lost = lossPattern(k, loss, random);
    const present = new Uint8Array(k).fill(1);
    for (const id of lost) present[id] = 0;
    const first = k + (random.u32() % 0xf0000000);
    let deficit = bed.decoder.begin({
      k,
      symbolSize: 64,
      source: bed.source,
      present,
      repairIds: Uint32Array.from(lost, (_, i) => first + i),
      // Rank is a matter of ids alone.
      repairAt: new Uint32Array(lost.length).fill(at),
      count: lost.length,
    });
    let more = 0;
    for (; deficit > 0; more++) deficit = bed.decoder.add(first + lost.length + more, at);
    extra += more;
    most = Math.max(most, more);
  }
  // The limit of any binary code is 1.6.
  expect(extra / runs).toBeLessThan(2);
  expect(most).toBeLessThanOrEqual(16);
});
