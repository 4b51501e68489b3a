import { expect, test } from 'vitest';
import { openStore } from './fixtures.ts';

test('the server list keeps what it knew first, and when a server was seen', () => {
  const { servers } = openStore();
  const a = { address: 'a:1', found: 'list', addedAt: 2, lastSeen: null } as const;
  const b = { address: '[::1]:2', found: 'lan', addedAt: 1, lastSeen: 5 } as const;
  expect(servers.add(a)).toBe(true);
  expect(servers.add({ ...a, found: 'asked', addedAt: 9 })).toBe(false);
  expect(servers.add(b)).toBe(true);
  servers.seen('a:1', 7);
  servers.seen('unknown:1', 7);
  expect(servers.list()).toEqual([b, { ...a, lastSeen: 7 }]);
  servers.remove('a:1');
  expect(servers.list()).toEqual([b]);
});
