/** The short form of `npm run torture`. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { happenings } from './happenings.ts';
import { ordeal } from './ordeal.ts';
import { openScene, type Scene } from './scene.ts';

const SEEDS = [1, 2];
/** With these a flush that is left out shows: of a part's bytes, and of the folder that it lies in. */
const SEEDS_OF: Readonly<Record<string, readonly number[]>> = { 'power cut': [4, 14, 17] };
/** It finds files by their descriptors. */
const isHere = process.platform === 'linux';

let scene: Scene;

beforeAll(async () => {
  if (isHere) scene = await openScene();
});

afterAll(() => scene?.close());

test.skipIf(!isHere).each([...happenings])(
  '%s: the file is right, or the transfer says why it is not, and is when told to go on',
  async (name, happening) => {
    for (const seed of SEEDS_OF[name] ?? SEEDS) {
      const { verdict, why } = await ordeal(scene, name, happening, seed);
      if (why !== undefined) throw new Error(`${name}, seed ${seed}: ${verdict}`, { cause: why });
      expect(['right', 'waiting']).toContain(verdict);
    }
  },
);
