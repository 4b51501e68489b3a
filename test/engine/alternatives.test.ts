import { expect, test } from 'vitest';
import { Alternatives } from '../../core/engine/alternatives.ts';

function bed() {
  const asked: string[] = [];
  const live = new Set<string>();
  const alternatives = new Alternatives(({ address }) => {
    asked.push(address);
    return {
      get live() {
        return live.has(address);
      },
    };
  });
  const offer = (now: number, address: string, group?: string, found = 'lan'): void =>
    alternatives.offer(now, { address, found, ...(group !== undefined && { group }) });
  return { alternatives, asked, live, offer };
}

test('a server with two addresses is asked under one as long as that one answers', () => {
  const { alternatives, asked, live, offer } = bed();
  offer(0, 'a', 'node');
  offer(0, 'b', 'node');
  live.add('a');
  alternatives.tick(5000);
  expect(asked).toEqual(['a']);
});

test('the other address is asked when the first has been silent for a second', () => {
  const { alternatives, asked, offer } = bed();
  offer(0, 'a', 'node');
  offer(0, 'b', 'node');
  alternatives.tick(900);
  expect(asked).toEqual(['a']);
  alternatives.tick(1000);
  expect(asked).toEqual(['a', 'b']);
});

test('a server that dies later is tried under its other address', () => {
  const { alternatives, asked, live, offer } = bed();
  offer(0, 'a', 'node');
  offer(0, 'b', 'node');
  live.add('a');
  alternatives.tick(10_000);
  live.delete('a');
  alternatives.tick(20_000);
  expect(asked).toEqual(['a', 'b']);
});

test('servers of different groups, and those of none, are all asked', () => {
  const { asked, offer } = bed();
  offer(0, 'a', 'one');
  offer(0, 'b', 'two');
  offer(0, 'c');
  expect(asked).toEqual(['a', 'b', 'c']);
});

test('offering an address again changes nothing', () => {
  const { alternatives, asked, offer } = bed();
  for (const address of ['a', 'b', 'b', 'b']) offer(0, address, 'node');
  for (let now = 1000; now < 10_000; now += 1000) alternatives.tick(now);
  expect(asked).toEqual(['a', 'b']);
});

test('as many as may be announced nearby do not keep out one that is named', () => {
  const { asked, offer } = bed();
  for (let i = 0; i < 2000; i++) offer(0, `near ${i}`, `node ${i}`);
  offer(0, 'named', 'example.org:1980', 'link');
  expect(asked.length).toBeLessThan(1000);
  expect(asked.at(-1)).toBe('named');
});
