/** Whose connection goes when there are too many, with sockets that are made up. */
import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { Connections, hostOf } from '../../core/murky/gateway/connections.ts';

class FakeSocket extends EventEmitter {
  readonly remoteAddress: string;
  bytesRead = 0;
  isOpen = true;

  constructor(remoteAddress: string) {
    super();
    this.remoteAddress = remoteAddress;
  }

  destroy(): void {
    this.isOpen = false;
    this.emit('close');
  }
}

afterEach(() => vi.useRealTimers());

/** Room for ten. */
function open() {
  vi.useFakeTimers();
  const connections = new Connections({ most: 10, silence: 3000 });
  const connect = (address: string): FakeSocket => {
    const socket = new FakeSocket(address);
    connections.opened(socket as unknown as Socket);
    return socket;
  };
  const began = (socket: FakeSocket): boolean => connections.began(socket as unknown as Socket);
  const ended = (socket: FakeSocket): void => connections.ended(socket as unknown as Socket);
  return { connect, began, ended };
}

test('who opens many loses the one that was idle for longest, and others keep theirs', () => {
  const { connect, began } = open();
  const other = connect('192.0.2.1');
  const many = Array.from({ length: 30 }, () => connect('192.0.2.2'));
  expect(many.filter(({ isOpen }) => isOpen)).toEqual(many.slice(-5));
  expect([other.isOpen, began(other)]).toEqual([true, true]);
});

test('where many hosts have taken all places, the one with most gives one up for who comes', () => {
  const { connect, began } = open();
  const first = Array.from({ length: 4 }, () => connect('192.0.2.2'));
  for (let n = 10; n < 16; n++) connect(`192.0.2.${n}`);
  const late = connect('192.0.2.99');
  expect(first.map(({ isOpen }) => isOpen)).toEqual([false, true, true, true]);
  expect(began(late)).toBe(true);
});

test('a request that is being answered is never cut off: who finds no place is told so', () => {
  const { connect, began, ended } = open();
  const busy = Array.from({ length: 5 }, () => connect('192.0.2.2'));
  for (const socket of busy) began(socket);
  const sixth = connect('192.0.2.2');
  expect(busy.every(({ isOpen }) => isOpen)).toBe(true);
  expect([sixth.isOpen, began(sixth)]).toEqual([true, false]);
  expect(began(connect('192.0.2.3'))).toBe(true);
  // With two requests on its way, one that is answered does not make it idle.
  began(busy[0]);
  ended(busy[0]);
  connect('192.0.2.2');
  expect(busy[0].isOpen).toBe(true);
});

test('a proxy on this machine, that speaks for all, may have all places', () => {
  for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) {
    const { connect } = open();
    const all = Array.from({ length: 10 }, () => connect(address));
    expect(all.every(({ isOpen }) => isOpen)).toBe(true);
  }
});

test('a connection without a byte is let go soon, and one with a byte is not', () => {
  const { connect } = open();
  const [silent, slow] = [connect('192.0.2.1'), connect('192.0.2.1')];
  slow.bytesRead = 1;
  vi.advanceTimersByTime(3000);
  expect([silent.isOpen, slow.isOpen]).toEqual([false, true]);
});

test.each([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::'],
  ['2001:db8:1:2::6', '2001:db8:1:2::'],
  ['2001:db8::6', '2001:db8:0:0::'],
  ['fe80::1%eth0', 'fe80:0:0:0::'],
  ['::1', '::1'],
])('%s is of the host %s', (remoteAddress, host) => {
  expect(hostOf({ remoteAddress })).toBe(host);
});
