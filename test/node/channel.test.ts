// @module-tag real-time
/** What nodes of a store say to each other over the socket of the node. */
import { createSocket, type Socket } from 'node:dgram';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { RainNode } from '../../core/node/rain-node.ts';
import { RollCall } from '../../core/protocol/roll-call.ts';
import { writeControl } from '../../core/wire/control.ts';
import { TYPE_MEMBER } from '../../core/wire/datagram.ts';
import { Nodes, when } from './open.ts';

let nodes: Nodes;

beforeEach(async () => {
  nodes = await Nodes.make();
  onTestFinished(() => nodes.close());
});

/** A node with an open channel, its address, and what it has heard. */
async function member() {
  const node = (await nodes.open({ port: 0 })) as RainNode;
  const heard: { from: string; text: string }[] = [];
  const listening = when(node, (e) => (e.type === 'listening' ? e.port : undefined));
  const channel = node.openChannel((from, payload) => heard.push({ from, text: payload.toString() }));
  return { node, channel, heard, address: `127.0.0.1:${await listening}` };
}

async function stranger(): Promise<{ socket: Socket; heard: Buffer[] }> {
  const socket = createSocket('udp4');
  const heard: Buffer[] = [];
  socket.on('message', (bytes) => heard.push(bytes));
  onTestFinished(() => void socket.close());
  await new Promise<void>((bound) => socket.bind(0, '127.0.0.1', bound));
  return { socket, heard };
}

test('members hear each other, from the addresses at which they listen', async () => {
  const [a, b] = [await member(), await member()];
  a.channel.send(b.address, Uint8Array.of(1, 2, 3));
  await expect.poll(() => b.heard).toEqual([{ from: a.address, text: '1,2,3' }]);
  const longest = new Uint8Array(1152).fill(7);
  b.channel.send(a.address, longest);
  await expect.poll(() => a.heard).toEqual([{ from: b.address, text: longest.toString() }]);
  expect(() => a.channel.send(b.address, new Uint8Array(1153))).toThrow(RangeError);
  expect(() => a.channel.send(b.address, new Uint8Array(0))).toThrow(RangeError);
  expect(() => a.node.openChannel(() => undefined)).toThrow('open already');
});

test('after a channel is closed nothing is heard or sent, and another can be opened', async () => {
  const [a, b] = [await member(), await member()];
  b.channel.close();
  a.channel.send(b.address, Uint8Array.of(1));
  b.channel.send(a.address, Uint8Array.of(2));
  const heard: string[] = [];
  const again = b.node.openChannel((_, payload) => heard.push(payload.toString()));
  // Sent by the same thread to the same socket, it comes after what was not to be heard.
  again.send(a.address, Uint8Array.of(3));
  await expect.poll(() => a.heard.map(({ text }) => text)).toEqual(['3']);
  a.channel.send(b.address, Uint8Array.of(4));
  await expect.poll(() => heard.at(-1)).toBe('4');
  expect(b.heard).toEqual([]);
});

test('a flood is thinned out, and nothing is ever answered', async () => {
  const { node, address, heard } = await member();
  const { socket, heard: answers } = await stranger();
  const bytes = writeControl({ type: TYPE_MEMBER, payload: Uint8Array.of(9) });
  const port = Number(address.split(':')[1]);
  const start = performance.now();
  for (let n = 0; n < 3000; n++) {
    await new Promise<void>((sent) => socket.send(bytes, port, '127.0.0.1', () => sent()));
  }
  // After all of them: the challenge to a question that every server answers.
  const question = new RollCall(0, [address], { u32: () => 7 }).pollTransmit(0);
  socket.send(question?.bytes ?? '', port, '127.0.0.1');
  await expect.poll(() => answers.length).toBe(1);
  expect(answers[0]).toHaveLength(28);
  const seconds = (performance.now() - start) / 1000;
  await expect.poll(() => heard.length).toBeGreaterThanOrEqual(50);
  expect(heard.length).toBeLessThanOrEqual(51 + 50 * seconds);
  expect(node.snapshot().problems).toEqual([]);
});
