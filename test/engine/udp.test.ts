// @module-tag real-time
/** Sockets, by Node's own and by the accelerator: what the network thread does must not depend on which it has. */
import { afterEach, describe, expect, test } from 'vitest';
import { AcceleratedUdp } from '../../core/engine/accelerator/accelerated-udp.ts';
import { accelerator } from '../../core/engine/accelerator/accelerator.ts';
import { DgramUdp } from '../../core/engine/dgram-udp.ts';
import type { Receive, Udp, UdpOptions } from '../../core/engine/udp.ts';

const native = accelerator();
if (native === undefined) console.warn('NOT TESTED: the accelerator, of which there is none here');

interface Kind {
  readonly name: string;
  readonly bind: (options: UdpOptions, receive: Receive) => Promise<Udp>;
}

const KINDS: readonly Kind[] = [
  { name: 'dgram', bind: (options, receive) => DgramUdp.bind(options, receive) },
  ...(native === undefined
    ? []
    : [
        {
          name: 'accelerator',
          bind: (options: UdpOptions, receive: Receive) => AcceleratedUdp.bind(native, options, receive),
        },
      ]),
];

/** More than one call to the system takes, of lengths that make runs and that break them. */
const LENGTHS = Array.from({ length: 3000 }, (_, i) => [1184, 1184, 1184, 40, 0, 1, 1184, 9000][i % 8]);
const LARGEST = 65_507;
/** How long this thread does not get to read what has come, and what two clocks may differ by, ms. */
const STALL = 100;
const CLOCKS = 5;

const open: Udp[] = [];
afterEach(() => Promise.all(open.splice(0).map((udp) => udp.close())));

function withoutProcessor(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

describe.each(KINDS)('UDP by $name', ({ name: kind, bind: bindKind }) => {
  async function bind(port: number, addresses: string[], receive: Receive = () => {}): Promise<Udp> {
    const udp = await bindKind({ port, addresses }, receive);
    open.push(udp);
    return udp;
  }

  /** A socket that keeps what it gets, and waits for so much of it. */
  async function keeper(address: string) {
    const datagrams: Buffer[] = [];
    const senders = new Set<string>();
    let wanted = Number.POSITIVE_INFINITY;
    let enough = (): void => undefined;
    const udp = await bind(0, [address], (memory, at, length, from) => {
      datagrams.push(Buffer.from(memory.subarray(at, at + length)));
      senders.add(from.address);
      if (datagrams.length >= wanted) enough();
    });
    const until = (count: number): Promise<void> =>
      new Promise((resolve) => {
        wanted = count;
        enough = resolve;
        if (datagrams.length >= count) resolve();
      });
    return { udp, datagrams, senders, until };
  }

  test('both families share one port, and datagrams arrive from either', async () => {
    const seen: string[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const server = await bind(0, [], (memory, at, length, from) => {
      seen.push(`${from.address} ${Buffer.from(memory.subarray(at, at + length)).toString()}`);
      if (seen.length === 2) resolve();
    });
    const client = await bind(0, []);
    client.sendTo(`127.0.0.1:${server.port}`, Buffer.from('four'));
    client.sendTo(`[::1]:${server.port}`, Buffer.from('six'));
    client.flush();
    await promise;
    expect(seen.sort()).toEqual([`127.0.0.1:${client.port} four`, `[::1]:${client.port} six`]);
  });

  test.each(['127.0.0.1', '::1'])('datagrams of any lengths arrive as they were, over %s', async (host) => {
    const { udp, datagrams, senders, until } = await keeper(host);
    const sender = await bind(0, [host]);
    const name = (port: number): string => (host === '::1' ? `[::1]:${port}` : `${host}:${port}`);
    for (const [i, length] of LENGTHS.entries()) {
      sender.memory.fill(i, sender.place, sender.place + length);
      sender.send(name(udp.port), length);
      // The kernel keeps four megabytes, and no more, for who does not read.
      if (i % 500 !== 499) continue;
      sender.flush();
      await until(i + 1);
    }
    sender.flush();
    await until(LENGTHS.length);
    const expected = LENGTHS.map((length, i) => ({ length, byte: length > 0 ? i & 255 : undefined }));
    expect(datagrams.map((bytes) => ({ length: bytes.length, byte: bytes.at(-1) }))).toEqual(expected);
    expect(datagrams.every((bytes) => bytes.every((byte) => byte === bytes[0]))).toBe(true);
    expect([...senders]).toEqual([name(sender.port)]);
  });

  test('the largest datagram arrives, and what is larger is lost', async () => {
    const { udp, datagrams, until } = await keeper('127.0.0.1');
    const sender = await bind(0, ['127.0.0.1']);
    const address = `127.0.0.1:${udp.port}`;
    sender.sendTo(address, new Uint8Array(LARGEST + 1));
    sender.send(address, LARGEST);
    sender.sendTo(address, Buffer.from('last'));
    sender.flush();
    await until(2);
    expect(datagrams.map(({ length }) => length)).toEqual([LARGEST, 4]);
  });

  test('what goes to many addresses in turns arrives at each in order', async () => {
    const keepers = await Promise.all(Array.from({ length: 20 }, () => keeper('127.0.0.1')));
    const sender = await bind(0, ['127.0.0.1']);
    for (let i = 0; i < 400; i++) {
      const { udp } = keepers[i % keepers.length];
      sender.sendTo(`127.0.0.1:${udp.port}`, Buffer.from([i / keepers.length]));
    }
    sender.flush();
    await Promise.all(keepers.map(({ until }) => until(20)));
    const order = Array.from({ length: 20 }, (_, i) => i);
    for (const { datagrams } of keepers) expect(datagrams.map((bytes) => bytes[0])).toEqual(order);
  });

  test('more addresses than are remembered are all sent to', async () => {
    const { udp, datagrams, until } = await keeper('127.0.0.1');
    const sender = await bind(0, ['127.0.0.1']);
    for (let i = 0; i < 2500; i++) sender.sendTo(`127.9.${i >> 8}.${i & 255}:9`, Buffer.from('nobody'));
    sender.sendTo(`127.0.0.1:${udp.port}`, Buffer.from('somebody'));
    sender.flush();
    await until(1);
    expect(datagrams.toString()).toBe('somebody');
  });

  test('it is told when a datagram came', async () => {
    const { promise, resolve } = Promise.withResolvers<number>();
    const server = await bind(0, ['127.0.0.1'], (_memory, _at, _length, from) => resolve(from.arrivedAt));
    const sender = await bind(0, ['127.0.0.1']);
    const before = performance.now();
    sender.sendTo(`127.0.0.1:${server.port}`, Buffer.from('now'));
    sender.flush();
    const sent = performance.now();
    withoutProcessor(STALL);
    const arrived = await promise;
    expect(arrived).toBeGreaterThan(before - CLOCKS);
    expect(arrived).toBeLessThan(performance.now());
    // The system knows how long it has had it; Node's sockets do not ask.
    if (kind === 'accelerator') expect(arrived).toBeLessThan(sent + CLOCKS);
    else expect(arrived).toBeGreaterThan(sent + STALL);
  });

  test('a socket may be closed by what it receives', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    let seen = 0;
    const server: Udp = await bindKind({ port: 0, addresses: ['127.0.0.1'] }, () => {
      seen++;
      void server.close().then(resolve);
    });
    const sender = await bind(0, ['127.0.0.1']);
    for (let i = 0; i < 40; i++) sender.sendTo(`127.0.0.1:${server.port}`, Buffer.from('end'));
    sender.flush();
    await promise;
    expect(seen).toBe(1);
    // The port is free.
    await bind(server.port, ['127.0.0.1']);
  });

  test('a taken port is told by its number', async () => {
    const { port } = await bind(0, ['127.0.0.1']);
    const second = bindKind({ port, addresses: ['127.0.0.1'] }, () => {});
    await expect(second).rejects.toMatchObject({
      code: 'port-taken',
      message: `The UDP port ${port} is taken by another program.`,
      hint: expect.stringContaining('another port'),
    });
  });

  test('an address that is not of this machine is refused', async () => {
    const bound = bindKind({ port: 0, addresses: ['203.0.113.7'] }, () => {});
    await expect(bound).rejects.toMatchObject({ code: 'bind-failed' });
  });

  test('what cannot be sent is lost and throws nothing', async () => {
    const { udp, datagrams, until } = await keeper('127.0.0.1');
    const sender = await bind(0, ['127.0.0.1']);
    for (let i = 0; i < 3; i++) {
      sender.sendTo('[::1]:9', Buffer.from('x'));
      sender.sendTo('127.0.0.1:0', Buffer.from('x'));
      sender.sendTo('255.255.255.255:9', Buffer.from('x'));
      sender.sendTo('nowhere:9', Buffer.from('x'));
      // Nobody listens there: an ICMP error comes back.
      sender.sendTo('127.0.0.1:9', Buffer.from('x'));
    }
    sender.sendTo(`127.0.0.1:${udp.port}`, Buffer.from('y'));
    sender.flush();
    await until(1);
    expect(datagrams.toString()).toBe('y');
  });
});
