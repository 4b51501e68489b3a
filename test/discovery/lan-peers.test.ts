// @module-tag real-time
import { expect, test } from 'vitest';
import { LanPeers } from '../../core/discovery/lan-peers.ts';

const A = '00000000000000aa';
const HOST = '10.0.0.1';
const LINK = 'eth0/4';
const here = (port = 1980, nodeId = A) => ({ nodeId, port, lifetime: 120 });
const goodbye = { nodeId: A, lifetime: 0 } as const;
const id = (number: number) => number.toString(16).padStart(16, '0');

test('a peer is found once, and lost with its goodbye', () => {
  const peers = new LanPeers();
  const peer = { nodeId: A, host: HOST, port: 1980 };
  expect(peers.see(0, LINK, HOST, here())).toEqual({ found: peer });
  expect(peers.see(1, LINK, HOST, here())).toEqual({});
  expect(peers.see(2, LINK, HOST, goodbye)).toEqual({ lost: peer });
  expect(peers.see(3, LINK, HOST, goodbye)).toEqual({});
  expect(peers.list()).toEqual([]);
});

test('nobody says goodbye for another, or moves it', () => {
  const peers = new LanPeers();
  peers.see(0, LINK, HOST, here());
  expect(peers.see(1, LINK, '10.0.0.66', goodbye)).toEqual({});
  peers.see(2, LINK, '10.0.0.66', here(666));
  expect(peers.list()).toContainEqual({ nodeId: A, host: HOST, port: 1980 });
});

test('another port is another peer', () => {
  const peers = new LanPeers();
  peers.see(0, LINK, HOST, here(1));
  const { found, lost } = peers.see(1, LINK, HOST, here(2));
  expect([lost?.port, found?.port]).toEqual([1, 2]);
});

test('silence ends after the lifetime, which each sighting begins anew', () => {
  const peers = new LanPeers();
  peers.see(0, LINK, HOST, here());
  peers.see(60_000, LINK, HOST, here());
  expect(peers.expiresAt()).toBe(180_000);
  expect(peers.expire(179_999)).toEqual([]);
  expect(peers.expire(180_000)).toHaveLength(1);
  expect(peers.expiresAt()).toBe(Number.POSITIVE_INFINITY);
});

test('it is asked again at 80 and 90 % of the lifetime', () => {
  const peers = new LanPeers();
  expect(peers.refreshAt(0)).toBe(Number.POSITIVE_INFINITY);
  peers.see(0, LINK, HOST, here());
  expect(peers.refreshAt(0)).toBe(96_000);
  expect(peers.refreshAt(96_000)).toBe(108_000);
  expect(peers.refreshAt(108_000)).toBe(Number.POSITIVE_INFINITY);
});

test('those in the first half of their lifetime need not answer, on the link they were heard on', () => {
  const peers = new LanPeers();
  peers.see(0, LINK, HOST, here());
  expect(peers.fresh(59_000, LINK)).toEqual([{ nodeId: A, remaining: 61 }]);
  expect(peers.fresh(60_000, LINK)).toEqual([]);
  expect(peers.fresh(0, 'eth0/6')).toEqual([]);
});

test('a link that is gone takes its peers with it', () => {
  const peers = new LanPeers();
  peers.see(0, LINK, HOST, here());
  peers.see(0, 'eth0/6', 'fe80::1%eth0', here());
  expect(peers.keepLinks(new Set(['eth0/6']))).toEqual([{ nodeId: A, host: HOST, port: 1980 }]);
  expect(peers.list()).toHaveLength(1);
});

test('a flood fills 16 places of one host and 256 in all; who was there stays', () => {
  const peers = new LanPeers();
  peers.see(0, LINK, HOST, here());
  for (let number = 0; number < 1000; number++) peers.see(1, LINK, '10.0.0.66', here(1980, id(number)));
  expect(peers.list()).toHaveLength(17);
  for (let number = 0; number < 1000; number++)
    peers.see(1, LINK, `10.0.${number >> 8}.${number & 255}`, here(1980, id(number)));
  expect(peers.list()).toHaveLength(256);
  expect(peers.list()[0]?.host).toBe(HOST);
});
