import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, test } from 'vitest';
import { LossyLink } from '../../cli/lossy-link.ts';

const HOST = '127.0.0.1';
const open: { close(): void }[] = [];

afterEach(() => {
  for (const each of open.splice(0)) {
    each.close();
  }
});

/** A socket on the loopback that answers every datagram with itself, or only listens. */
async function endpoint(answers: boolean): Promise<{ socket: Socket; heard: number[] }> {
  const socket = createSocket('udp4');
  open.push(socket);
  const heard: number[] = [];
  socket.on('message', (datagram, from) => {
    heard.push(datagram.readUInt16BE());
    if (answers) {
      socket.send(datagram, from.port, from.address);
    }
  });
  socket.bind(0, HOST);
  await once(socket, 'listening');
  return { socket, heard };
}

async function link(to: Socket, loss: number, seed: number): Promise<LossyLink> {
  const opened = await LossyLink.open({ to: to.address().port, loss, seed });
  open.push(opened);
  return opened;
}

/** Sends so many numbers through a lossy link to a server that echoes; what got there, and what came back. */
async function exchange(loss: number, seed: number, many: number): Promise<{ up: number[]; down: number[] }> {
  const server = await endpoint(true);
  const client = await endpoint(false);
  const lossy = await link(server.socket, loss, seed);
  for (let number = 0; number < many; number++) {
    client.socket.send(Buffer.from([number >> 8, number & 0xff]), lossy.port, HOST);
  }
  // Loopback keeps the order, so a datagram past the link that cannot be lost ends the waiting.
  const plain = await link(server.socket, 0, 0);
  await expect
    .poll(() => {
      client.socket.send(Buffer.from([0xff, 0xff]), plain.port, HOST);
      return client.heard.filter((number) => number === 0xffff).length;
    })
    .toBeGreaterThan(3);
  const numbers = (all: number[]): number[] => all.filter((number) => number !== 0xffff);
  return { up: numbers(server.heard), down: numbers(client.heard) };
}

describe('a lossy link', () => {
  test('without loss carries everything both ways', async () => {
    const { up, down } = await exchange(0, 1, 100);
    expect(up).toHaveLength(100);
    expect(down).toEqual(up);
  });

  test('loses about as much as it is told, both ways, and the same for the same seed', async () => {
    const first = await exchange(0.3, 7, 200);
    expect(first.up.length).toBeGreaterThan(110);
    expect(first.up.length).toBeLessThan(170);
    expect(first.down.length).toBeGreaterThan(first.up.length * 0.5);
    expect(first.down.length).toBeLessThan(first.up.length * 0.9);
    expect(await exchange(0.3, 7, 200)).toEqual(first);
    expect((await exchange(0.3, 8, 200)).up).not.toEqual(first.up);
  });

  test('keeps clients apart', async () => {
    const server = await endpoint(true);
    const lossy = await link(server.socket, 0, 1);
    const [a, b] = [await endpoint(false), await endpoint(false)];
    a.socket.send(Buffer.from([0, 1]), lossy.port, HOST);
    b.socket.send(Buffer.from([0, 2]), lossy.port, HOST);
    await expect.poll(() => [a.heard, b.heard]).toEqual([[1], [2]]);
  });
});
