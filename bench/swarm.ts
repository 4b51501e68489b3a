/**
 * Whole transfers on the virtual network of test/protocol/simulation: the protocol, both sides of it, in virtual time.
 * What is measured is the protocol's thrift, not the speed of this machine, and a seed gives the same run everywhere.
 */
import { megabits, Swarm } from '../test/protocol/simulation/swarm.ts';
import { resourceOf } from '../test/protocol/simulation/virtual-resource.ts';
import { quantile } from './measure.ts';
import { table } from './table.ts';

const MEBIBYTES = 64;
const SYMBOLS = Math.ceil((MEBIBYTES * 2 ** 20) / 1152);
const SEEDS = [1, 2, 3, 4, 5];
/** Virtual ms after which a transfer counts as stuck. */
const LONGEST = 600_000;

interface Scene {
  /** Mbit/s of each server's link. */
  readonly links: readonly number[];
  /** Round trip of an empty path, ms. */
  readonly rtt: number;
  /** Of the datagrams, both ways, 0..1. */
  readonly loss: number;
}

const SCENES: readonly Scene[] = [
  { links: [100], rtt: 20, loss: 0 },
  { links: [100], rtt: 200, loss: 0.01 },
  ...[0, 0.01, 0.05, 0.2].map((loss) => ({ links: Array<number>(4).fill(20), rtt: 50, loss })),
  { links: [4, 8, 16, 32], rtt: 40, loss: 0.01 },
  { links: Array<number>(16).fill(10), rtt: 50, loss: 0.05 },
];

interface Outcome extends Scene {
  /** Of the runs: droplets received / needed - 1, and time against that in which the links could carry them. */
  readonly overhead: Spread;
  readonly time: Spread;
}

interface Spread {
  readonly median: number;
  readonly most: number;
}

export async function benchSwarm({ json }: { readonly json: boolean }): Promise<void> {
  const outcomes = SCENES.map(measure);
  console.log(
    json ? JSON.stringify({ mebibytes: MEBIBYTES, seeds: SEEDS, outcomes }, undefined, 2) : report(outcomes),
  );
}

function measure(scene: Scene): Outcome {
  const runs = SEEDS.map((seed) => fetch(seed, scene));
  return {
    ...scene,
    overhead: spread(runs.map(({ overhead }) => overhead)),
    time: spread(runs.map(({ time }) => time)),
  };
}

function fetch(seed: number, { links, rtt, loss }: Scene): { overhead: number; time: number } {
  const swarm = new Swarm(seed, resourceOf('e0e0e0e0e0e0e0e0', SYMBOLS));
  links.forEach((mbit, i) => {
    const rate = megabits(mbit);
    // A queue of 100 ms.
    swarm.connect(`10.0.0.${i}:1980`, { rate, delay: rtt / 2, loss, queue: rate / 10 });
    swarm.start(`10.0.0.${i}:1980`);
  });
  if (!swarm.run(LONGEST)) throw new Error(`Seed ${seed} came to no end.`);
  const all = links.reduce((sum, mbit) => sum + mbit, 0);
  const { doneAt = LONGEST } = swarm.client;
  return { overhead: swarm.overhead, time: doneAt / swarm.idealTime(megabits(all), loss) };
}

function spread(values: readonly number[]): Spread {
  return { median: quantile(values, 0.5), most: Math.max(...values) };
}

function report(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ links, rtt, loss, overhead, time }) => [
    linksOf(links),
    `${rtt} ms`,
    `${loss * 100} %`,
    percent(overhead.median),
    percent(overhead.most),
    time.median.toFixed(3),
    time.most.toFixed(3),
  ]);
  return `${MEBIBYTES} MiB over a virtual network, median and most of ${SEEDS.length} seeded runs. Overhead: droplets received / needed - 1,
those of the manifest too. Time: against that in which the links at full rate could carry what was needed, loss included,
and no handshake, start or end.

${table(['servers, Mbit/s', 'RTT', 'lost', 'overhead', 'most', 'time', 'most'], rows)}`;
}

function linksOf(links: readonly number[]): string {
  return new Set(links).size === 1 ? `${links.length} x ${links[0]}` : links.join(' + ');
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}
