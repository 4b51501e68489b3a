/** A client that kills itself at an operation on its disk; else it says how its transfer came to rest, and ends. */
import { problemOf } from '../../core/engine/problem.ts';
import { seeded } from '../../core/protocol/random.ts';
import { FaultyDisk } from './faulty-disk.ts';
import type { KilledJob } from './on-the-disk.ts';
import type { End } from './ordeal.ts';
import { atRest, openNode } from './scene.ts';

const { place, link, from, plan, seed }: KilledJob = JSON.parse(process.argv[2]);
console.log(JSON.stringify(await run()));
process.exit(0);

async function run(): Promise<End> {
  try {
    const node = await openNode(place.data, new FaultyDisk(plan, seeded(seed)).fs);
    const { key } = await node.fetch({ link, from: [from], into: place.out, seed: false });
    const { state, problem, path } = await atRest(node, key);
    await node.close();
    return { state, problem, path };
  } catch (error) {
    return { state: 'failed', problem: problemOf(error) };
  }
}
