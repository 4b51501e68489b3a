/** What happens to a client on its disk: see {@link Fault}. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type Fault, FaultyDisk, type Plan } from './faulty-disk.ts';
import { type Happening, oneTo, type Victim } from './ordeal.ts';
import { atRest, fetchInto, openNode, type Place } from './scene.ts';
import { frozen } from './unflushed.ts';

/** Operations of the longest of the transfers, and those of them that only write, or only flush. */
const OPERATIONS = 40;
const OF_ONE_KIND = 10;
const KILLED_CLIENT = join(import.meta.dirname, 'killed-client.ts');

/** The fault comes at any operation, once or three times or until the next run. */
export function onTheDisk(fault: Fault): Happening {
  return (victim) => {
    const { random } = victim;
    const at = oneTo(fault === 'flush' || fault === 'short' ? OF_ONE_KIND : OPERATIONS, random);
    const times = fault === 'kill' || fault === 'cut' ? 1 : [1, 3, Number.MAX_SAFE_INTEGER][random.u32() % 3];
    const plan: Plan = { fault, at, times };
    return fault === 'kill' ? killed(victim, plan) : broken(victim, plan);
  };
}

async function broken({ place, resource, from, random }: Victim, plan: Plan): ReturnType<Happening> {
  const disk = new FaultyDisk(plan, random);
  const cut = Promise.withResolvers<undefined>();
  let thaw: (() => void) | undefined;
  const freeze = (): void => {
    thaw = frozen(place.data, ['rain.db', 'rain.db-wal']);
  };
  disk.onCut = () => {
    freeze();
    cut.resolve(undefined);
  };
  const node = await openNode(place.data, disk.fs);
  try {
    const key = await fetchInto(node, resource, from, place);
    return await Promise.race([cut.promise, atRest(node, key)]);
  } finally {
    // What the system forgot is seen when it reads from the medium again.
    if (plan.fault === 'flush') freeze();
    await node.close();
    thaw?.();
    if (thaw === undefined) disk.unflushed.close();
    else disk.unflushed.lose(random);
  }
}

/** What a client that kills itself is told. */
export interface KilledJob {
  readonly place: Place;
  readonly link: string;
  readonly from: string;
  readonly plan: Plan;
  readonly seed: number;
}

async function killed({ place, resource, from, random }: Victim, plan: Plan): ReturnType<Happening> {
  const job: KilledJob = { place, link: resource.link, from, plan, seed: random.u32() };
  const child = spawn(process.execPath, [KILLED_CLIENT, JSON.stringify(job)], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code, signal] = await once(child, 'close');
  if (signal !== 'SIGKILL' && code !== 0) throw new Error(`the client ended with ${code ?? signal}`);
  return undefined;
}
