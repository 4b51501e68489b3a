/** Whatever happens to a cluster, in the end all nodes have the same, and nothing that was acknowledged is lost. */
import { expect, test } from 'vitest';
import { compareRecords } from '../../../core/murky/record.ts';
import { type Life, live, type Scenario, scenarioOf } from './simulation/scenario.ts';

/** Seeds of each run, and the first of each. */
const SEEDS = 75;
const RUNS = [1, 76, 151, 226];
/** In which nodes come together after the last trouble, ms of virtual time. */
const DEADLINE = 600_000;

test.each(RUNS)('in the end every node has the same (75 seeds from %i)', { timeout: 300_000 }, (first) => {
  for (let seed = first; seed < first + SEEDS; seed++) {
    const scenario = scenarioOf(seed);
    try {
      expectOneTruth(live(scenario), scenario);
    } catch (cause) {
      throw new Error(`seed ${seed}: ${JSON.stringify(scenario)}`, { cause });
    }
  }
});

function expectOneTruth({ stage, acknowledged }: Life, { skew }: Scenario): void {
  expect(stage.up.length, 'all are up').toBe(stage.nodes.length);
  expect(stage.runUntilAlike(DEADLINE), 'all are alike').toBe(true);
  for (const node of stage.nodes) expect(node.isWhole, node.properties.address).toBe(true);
  expect(stage.network.largest).toBeLessThanOrEqual(1152);
  for (const [id, record] of acknowledged) {
    const final = stage.nodes[0].catalogue.get(id);
    // A write under a clock that is wrong by years may be older than it seemed, or be stamped anew.
    if (skew === 'years') expect(final, id).toBeDefined();
    else expect(final && compareRecords(final, record), id).toBe(0);
  }
}
