// @module-tag real-time
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Nodes, shared } from './open.ts';

let nodes: Nodes;
beforeEach(async () => {
  nodes = await Nodes.make();
});
afterEach(() => nodes.close());

test('a share that an earlier run has served is not said to be served before it is taken up', async () => {
  const file = join(nodes.folder, 'f');
  writeFileSync(file, 'content');
  const dataDir = join(nodes.folder, 'data');
  const first = await nodes.open({ dataDir });
  expect(await shared(first, [file], true)).toMatchObject({ state: 'serving' });
  await first.close();
  const second = await nodes.open({ dataDir });
  expect(second.snapshot().shares).toMatchObject([{ state: 'paused' }]);
  await second.close();
  const third = await nodes.open({ dataDir, takeUp: true });
  expect(third.snapshot().shares).toMatchObject([{ state: 'serving' }]);
});
