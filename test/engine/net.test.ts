/** What the network thread hands on, and to whom: over a port of the loopback, in the thread of the test. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { createArena } from '../../core/engine/arena.ts';
import { Fetchings } from '../../core/engine/fetchings.ts';
import type { FromNet } from '../../core/engine/messages.ts';
import { Net } from '../../core/engine/net.ts';
import { Serving } from '../../core/engine/serving.ts';

const RESOURCE = '0123456789abcdef';
/** How often the node is told how things stand, ms. */
const BEAT = 250;

const arena = createArena(1);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

async function open() {
  const posted: FromNet[] = [];
  const net = new Net(
    { arena, codecs: [], cookieSecret: new Uint8Array(32) },
    (message) => void posted.push(message),
  );
  await net.handle({ type: 'bind', call: 1, port: 0, addresses: ['127.0.0.1'] });
  expect(posted.splice(0)).toMatchObject([{ type: 'answer', call: 1, result: expect.any(Number) }]);
  return { net, posted };
}

/** A server elsewhere, and what it hears. */
async function listener() {
  const socket = createSocket('udp4');
  onTestFinished(() => void socket.close());
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const heard = once(socket, 'message').then(([bytes]) => [...(bytes as Buffer)]);
  return { address: `127.0.0.1:${socket.address().port}`, heard };
}

test('a resource that is dropped is poured no more, and servers that name this node for it are told', async () => {
  const { net } = await open();
  const { address, heard } = await listener();
  const drop = vi.spyOn(Serving.prototype, 'drop');
  const take = vi
    .spyOn(Fetchings.prototype, 'takeWithdrawals')
    .mockReturnValue([{ address, bytes: Uint8Array.of(1, 2, 3) }]);
  await net.handle({ type: 'drop', resource: RESOURCE });
  expect([drop.mock.calls, take.mock.calls]).toEqual([[[RESOURCE]], [[RESOURCE]]]);
  expect(await heard).toEqual([1, 2, 3]);
  await net.handle({ type: 'close' });
});

test('a node that closes says goodbye before its port is gone', async () => {
  const { net } = await open();
  const { address, heard } = await listener();
  vi.spyOn(Fetchings.prototype, 'takeAllWithdrawals').mockReturnValue([
    { address, bytes: Uint8Array.of(4, 5) },
  ]);
  await net.handle({ type: 'close' });
  expect(await heard).toEqual([4, 5]);
});

test('limits reach both sides', async () => {
  const { net } = await open();
  const up = vi.spyOn(Serving.prototype, 'setUploadLimit');
  const down = vi.spyOn(Fetchings.prototype, 'setDownloadLimit');
  await net.handle({ type: 'limits', up: 1000, down: 2000 });
  expect([up.mock.calls, down.mock.calls]).toEqual([[[1000]], [[2000]]]);
  await net.handle({ type: 'close' });
});

test('at every beat transfers keep what is to be kept, and then the node is told', async () => {
  const { net, posted } = await open();
  const order: string[] = [];
  vi.spyOn(Fetchings.prototype, 'tick').mockImplementation(() => void order.push('tick'));
  vi.spyOn(Fetchings.prototype, 'stats').mockImplementation(() => {
    order.push('stats');
    return [];
  });
  vi.advanceTimersByTime(2 * BEAT);
  expect(order).toEqual(['tick', 'stats', 'tick', 'stats']);
  expect(posted.map(({ type }) => type)).toEqual(['stats', 'stats']);
  await net.handle({ type: 'close' });
  vi.advanceTimersByTime(10 * BEAT);
  expect(order).toHaveLength(4);
});
