/** What rows are asked for reaches the engine, with what was asked. */
import { expect, test } from 'vitest';
import { rowAnswers } from '../../main/ipc/rows.ts';
import { share, transfer } from '../node/snapshots.ts';
import { openEngine } from './fixtures.ts';

const DESKTOP = { copy: async () => undefined, showInFolder: () => undefined };

test.each([
  ['pause', { key: 1 }, ['pause', 1]],
  ['resume', { key: 2 }, ['resume', 2]],
  ['remove', { key: 1, deleteFiles: false }, ['remove', 1, { deleteFiles: false }]],
  ['remove', { key: 2, deleteFiles: true }, ['remove', 2, { deleteFiles: true }]],
] as const)('%s %o', async (name, argument, asked) => {
  const nodes = await openEngine({ shares: [share({ key: 1 })], transfers: [transfer({ key: 2 })] });
  const answers = rowAnswers(nodes.engine, DESKTOP);
  const answer = name === 'remove' ? answers.remove(argument) : answers[name](argument);
  expect(await answer).toBeUndefined();
  expect(nodes.calls.map(({ command, args }) => [command, ...args])).toEqual([asked]);
});

test('what the engine refuses is refused', async () => {
  const nodes = await openEngine({ transfers: [transfer({ key: 2 })] });
  nodes.answer = () => {
    throw new Error('the disk is full');
  };
  const answers = rowAnswers(nodes.engine, DESKTOP);
  await expect(answers.remove({ key: 2, deleteFiles: true })).rejects.toThrow('the disk is full');
});
