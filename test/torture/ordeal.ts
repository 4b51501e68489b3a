/**
 * One run of a client that something happens to, what it leaves behind, and a second run without faults that is to put
 * it right.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Problem, TransferSnapshot } from '../../core/api.ts';
import { type Random, seeded, unit } from '../../core/protocol/random.ts';
import {
  atRest,
  expectRight,
  fetchInto,
  inspect,
  newPlace,
  openNode,
  type Place,
  type Resource,
  type Scene,
  STUCK,
} from './scene.ts';

/**
 * `right`: it came through by itself, or was killed and the next run came through. `waiting`: it said what was wrong,
 * and came through when told to go on. `wrong`: bytes, or what was verified. `stuck`: it never came to an end.
 */
export type Verdict = 'right' | 'waiting' | 'wrong' | 'stuck';

export interface Outcome {
  readonly verdict: Verdict;
  /** What was wrong. */
  readonly why?: unknown;
}

/** A client that is about to begin. */
export interface Victim {
  readonly place: Place;
  readonly resource: Resource;
  /** `host:port` of the server. */
  readonly from: string;
  /** Of a seed; everything that happens follows from it. */
  readonly random: Random;
}

/** How a first run ended. */
export interface End extends Pick<TransferSnapshot, 'state'> {
  readonly problem?: Problem | undefined;
  readonly path?: string | undefined;
}

/** Runs a client that something happens to; undefined: it was cut short. */
export type Happening = (victim: Victim) => Promise<End | undefined>;

export async function ordeal(
  scene: Scene,
  name: string,
  happening: Happening,
  seed: number,
): Promise<Outcome> {
  const random = seeded(seed);
  const place = newPlace(scene.folder, `${name}-${seed}`);
  const victim: Victim = {
    place,
    resource: scene.resources[random.u32() % 2],
    from: scene.addresses[random.u32() % 2],
    random,
  };
  try {
    const end = await happening(victim);
    if (end !== undefined && end.state !== 'done') expectWords(end);
    inspect(place, victim.resource);
    if (end?.state === 'done') expectRight(place, victim.resource, end.path ?? '');
    else await putRight(victim);
    return { verdict: end === undefined || end.state === 'done' ? 'right' : 'waiting' };
  } catch (why) {
    const isStuck = why instanceof Error && why.message.startsWith(STUCK);
    return { verdict: isStuck ? 'stuck' : 'wrong', why };
  } finally {
    rmSync(join(place.data, '..'), { recursive: true, force: true });
  }
}

/** Has it completed by a node to which nothing happens. */
async function putRight({ place, resource, from }: Victim): Promise<void> {
  const before = inspect(place, resource);
  const node = await openNode(place.data);
  let done: TransferSnapshot;
  let back: string | undefined;
  try {
    const key = await fetchInto(node, resource, from, place);
    let least = before.verifiedBytes;
    node.subscribe((event) => {
      if (event.type !== 'transfer' || event.transfer.key !== key) return;
      const { verified } = event.transfer;
      if (verified < least) back = `${verified} bytes are verified after ${least}`;
      least = verified;
    });
    done = await atRest(node, key);
  } finally {
    await node.close();
  }
  if (back !== undefined) throw new Error(back);
  if (done.state !== 'done') throw new Error(`${STUCK} in a second run: ${JSON.stringify(done.problem)}`);
  expectRight(place, resource, done.path ?? '');
}

/** It says what is wrong, in words that are not those of a bug. */
function expectWords({ state, problem }: End): void {
  if (problem === undefined || problem.code === 'internal')
    throw new Error(`${state}: ${JSON.stringify(problem)}`);
}

/** A number from 1 to `most`. */
export function oneTo(most: number, random: Random): number {
  return 1 + Math.floor(unit(random) * most);
}
