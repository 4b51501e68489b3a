/** A random life of a cluster, all of it following from one seed. */
import { compareRecords, type EntryId, type EntryRecord } from '../../../../core/murky/record.ts';
import { type Random, seeded, unit } from '../../../../core/protocol/random.ts';
import type { NetworkProperties } from './network.ts';
import type { SimulatedNode } from './node.ts';
import { entryId, SECRET, Stage } from './stage.ts';

const YEAR = 365 * 86_400_000;
/** How long things go on happening, ms. */
const LIFE = 40_000;

export interface Scenario {
  readonly seed: number;
  readonly nodes: number;
  readonly ids: number;
  readonly writes: number;
  readonly stops: number;
  readonly cuts: number;
  readonly network: NetworkProperties;
  readonly secret: boolean;
  /** All nodes list all; or each lists one, and the others are learnt of. */
  readonly listed: 'all' | 'one';
  readonly skew: 'none' | 'minutes' | 'years';
  readonly unlucky: number;
}

export function scenarioOf(seed: number): Scenario {
  const random = seeded(seed * 7919);
  const upTo = (most: number): number => Math.floor(unit(random) * (most + 1));
  const oneOf = <T>(...choices: readonly T[]): T => choices[upTo(choices.length - 1)];
  // Most clusters are small: large ones take long to simulate.
  const nodes = 3 + Math.floor(18 * unit(random) ** 7);
  return {
    seed,
    nodes,
    ids: 1 + upTo(15),
    writes: 5 + upTo(45),
    stops: upTo(nodes),
    cuts: upTo(3),
    network: {
      loss: oneOf(0, 0.01, 0.1, 0.3),
      duplicated: oneOf(0, 0.05),
      delay: oneOf(0.2, 5, 80),
      jitter: oneOf(0, 5, 100),
    },
    secret: oneOf(true, false),
    listed: oneOf('all', 'one'),
    skew: oneOf('none', 'none', 'minutes', 'years'),
    unlucky: oneOf(0, 0.1, 0.4),
  };
}

/** What happened in the life of a cluster, for the end of it to be held against. */
export interface Life {
  readonly stage: Stage;
  /** The newest record of each id that a writer was told is written. */
  readonly acknowledged: ReadonlyMap<EntryId, EntryRecord>;
}

export function live(scenario: Scenario): Life {
  const { seed, nodes, writes, stops, cuts, network, listed } = scenario;
  const random = seeded(seed);
  const stage = new Stage(seed, network);
  for (let i = 0; i < nodes; i++) {
    stage.add({
      secret: scenario.secret ? SECRET : undefined,
      skew: skewOf(scenario, i, random),
      unlucky: scenario.unlucky,
      ...(listed === 'one' &&
        i > 0 && { listed: [stage.nodes[Math.floor(unit(random) * i)].properties.address] }),
    });
    stage.timeline.at(unit(random) * 3000, () => stage.nodes[i].start());
  }
  const acknowledged = new Map<EntryId, EntryRecord>();
  const anyNode = (): SimulatedNode => stage.nodes[Math.floor(unit(random) * nodes)];
  for (let i = 0; i < writes; i++) {
    stage.timeline.at(3000 + unit(random) * LIFE, () => {
      const record = write(anyNode(), scenario, random, i);
      const newest = record && acknowledged.get(record.id);
      if (record !== undefined && (newest === undefined || compareRecords(record, newest) > 0)) {
        acknowledged.set(record.id, record);
      }
    });
  }
  for (let i = 0; i < stops; i++) {
    stage.timeline.at(3000 + unit(random) * LIFE, () => {
      const node = anyNode();
      if (node.cluster === undefined) return;
      node.stop();
      stage.timeline.after(unit(random) * 20_000, () => node.start());
    });
  }
  for (let i = 0; i < cuts; i++) {
    const from = 3000 + unit(random) * LIFE;
    stage.timeline.at(from, () => {
      for (const { properties } of stage.nodes)
        stage.network.cut(properties.address, unit(random) < 0.5 ? 0 : 1);
    });
    stage.timeline.at(from + unit(random) * 15_000, () => stage.network.heal());
  }
  stage.run(LIFE + 3000);
  stage.network.heal();
  while (stage.up.length < nodes) stage.run(1000);
  return { stage, acknowledged };
}

function write(
  node: SimulatedNode,
  { ids }: Scenario,
  random: Random,
  number: number,
): EntryRecord | undefined {
  const id = entryId(Math.floor(unit(random) * ids));
  return unit(random) < 0.2 ? node.delete(id) : node.put(id, `content ${number}`);
}

/** Clocks that are off by years are those of fewer than half of the nodes. */
function skewOf({ skew, nodes }: Scenario, index: number, random: Random): number {
  const either = 2 * unit(random) - 1;
  if (skew === 'none') return 0;
  if (skew === 'years' && index < Math.floor((nodes - 1) / 2) && unit(random) < 0.7)
    return either * 60 * YEAR;
  return either * 600_000;
}
