/** Servers that only another one has told of: a client asks a few of them, and others once those are gone. */
import { expect, test } from 'vitest';
import { seeded } from '../../core/protocol/random.ts';
import { ClientHost } from './simulation/client-host.ts';
import { Network } from './simulation/network.ts';
import { resourceOf } from './simulation/virtual-resource.ts';

/** As in core/protocol/told.ts. */
const MAX_TOLD = 8;
const RESOURCE = resourceOf('70707070707070aa', 100);

function add(host: ClientHost, now: number, from: number, count: number, found: string): number {
  let added = 0;
  for (let i = from; i < from + count; i++) {
    if (host.client.addServer(now, `10.0.0.${i}:1980`, found) !== undefined) added++;
  }
  return added;
}

test('only so many of them are asked at once, and all that the person or the link named', () => {
  const host = new ClientHost(0, RESOURCE, seeded(1));
  expect(add(host, 0, 1, 20, 'server')).toBe(MAX_TOLD);
  expect(add(host, 0, 101, 20, 'link')).toBe(20);
});

test('those that never answered make room for others', () => {
  const random = seeded(1);
  const network = new Network(random);
  const host = new ClientHost(0, RESOURCE, random);
  add(host, 0, 1, 20, 'server');
  network.attach('10.1.0.1:1980', host);
  network.run(5000, () => false);
  expect(add(host, network.now, 101, 20, 'server')).toBe(MAX_TOLD);
});
