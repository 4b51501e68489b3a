import { afterEach, expect, test } from 'vitest';
import { Udp } from '../../core/engine/udp.ts';

const open: Udp[] = [];
afterEach(() => Promise.all(open.splice(0).map((udp) => udp.close())));

async function bind(port: number, addresses: string[], receive: Parameters<typeof Udp.bind>[1] = () => {}) {
  const udp = await Udp.bind({ port, addresses }, receive);
  open.push(udp);
  return udp;
}

test('both families share one port, and datagrams arrive from either', async () => {
  const seen: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const server = await bind(0, [], (bytes, from) => {
    seen.push(`${from.family} ${Buffer.from(bytes).toString()}`);
    if (seen.length === 2) resolve();
  });
  const client = await bind(0, []);
  client.send(Buffer.from('four'), '127.0.0.1', server.port);
  client.send(Buffer.from('six'), '::1', server.port);
  await promise;
  expect(seen.sort()).toEqual(['IPv4 four', 'IPv6 six']);
});

test('a taken port is told by its number and its option', async () => {
  const { port } = await bind(0, ['127.0.0.1']);
  const second = Udp.bind({ port, addresses: ['127.0.0.1'] }, () => {});
  await expect(second).rejects.toMatchObject({
    code: 'port-taken',
    message: `UDP port ${port} is taken by another program.`,
    hint: expect.stringContaining('--port'),
  });
});

test('an address that is not of this machine is refused', async () => {
  const bound = Udp.bind({ port: 0, addresses: ['203.0.113.7'] }, () => {});
  await expect(bound).rejects.toMatchObject({ code: 'bind-failed' });
});

test('what cannot be sent is lost and throws nothing', async () => {
  const udp = await bind(0, ['127.0.0.1']);
  udp.send(Buffer.from('x'), '::1', 9);
  udp.send(Buffer.from('x'), '127.0.0.1', 0);
  udp.send(new Uint8Array(65_536), '127.0.0.1', 9);
});
