/** Calls to threads that die. */
import { expect, test } from 'vitest';
import { Threads } from '../../core/node/threads.ts';

const dying = new URL(`data:text/javascript,${encodeURIComponent('throw new Error("out of order")')}`);
const codec = new URL('../../core/engine/codec-thread.ts', import.meta.url);

test('a dead thread is told once, answers every call with a failure, and can be closed', async () => {
  const crashes: string[] = [];
  const threads = new Threads({ net: dying, codec });
  threads.attach({
    fromNet: () => {},
    hashed: () => {},
    crashed: ({ message }) => void crashes.push(message),
  });
  const underWay = threads.ask((call) => ({ type: 'stop', call, key: 1 }));
  await expect(underWay).rejects.toMatchObject({ code: 'internal' });
  await expect(threads.command(0, { type: 'cancel', job: 1 })).rejects.toMatchObject({ code: 'internal' });
  await threads.close();
  expect(crashes).toEqual(['out of order']);
});
