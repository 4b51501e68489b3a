/** Who asks for what the node has still to look for. */
import { expect, test } from 'vitest';
import { FirstAskers } from '../../core/engine/first-askers.ts';
import { TYPE_MEMBER } from '../../core/wire/datagram.ts';

const asker = (address: string, length = 0) => ({
  address,
  askedAt: 0,
  datagram: { type: TYPE_MEMBER, payload: new Uint8Array(length) } as const,
});

test('each is given back once, with what was asked last', () => {
  const askers = new FirstAskers();
  askers.wait('one', asker('a:1'));
  askers.wait('one', asker('b:1'));
  askers.wait('two', asker('c:1'));
  askers.wait('one', asker('a:1', 5));
  expect(askers.take('one')).toEqual([asker('a:1', 5), asker('b:1')]);
  expect(askers.take('one')).toEqual([]);
  expect(askers.take('two')).toEqual([asker('c:1')]);
});

test('no more of them are kept than a small number, whatever they ask for', () => {
  const askers = new FirstAskers();
  for (let i = 0; i < 1000; i++) askers.wait(`r${i % 7}`, asker(`a:${i}`));
  const kept = Array.from({ length: 7 }, (_, i) => askers.take(`r${i}`).length);
  expect(kept.reduce((sum, count) => sum + count)).toBe(256);
  askers.wait('later', asker('a:1'));
  expect(askers.take('later')).toHaveLength(1);
});
