import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Resolver } from '../../core/discovery/resolve.ts';

const BOTH = [
  { address: '2001:db8::1', family: 6 },
  { address: '192.0.2.1', family: 4 },
];

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test('IP addresses pass without a question', async () => {
  const lookup = vi.fn();
  const resolver = new Resolver(lookup);
  for (const literal of ['192.0.2.1', '2001:db8::1', 'fe80::1%eth0'])
    expect(await resolver.resolve(literal, [4])).toEqual([literal]);
  expect(lookup).not.toHaveBeenCalled();
});

test('a name gives its addresses of the families at hand, in their order', async () => {
  const resolver = new Resolver(async () => BOTH);
  expect(await resolver.resolve('a.example', [4, 6])).toEqual(['2001:db8::1', '192.0.2.1']);
  expect(await resolver.resolve('a.example', [4])).toEqual(['192.0.2.1']);
  expect(await resolver.resolve('a.example', [6])).toEqual(['2001:db8::1']);
});

test('a record of IPv6 that holds an IPv4 address is that IPv4 address', async () => {
  const resolver = new Resolver(async () => [{ address: '::ffff:192.0.2.7', family: 6 }]);
  expect(await resolver.resolve('a.example', [4])).toEqual(['192.0.2.7']);
});

test('a name without a usable address says which it has', async () => {
  const resolver = new Resolver(async () => BOTH.slice(0, 1));
  await expect(resolver.resolve('a.example', [4])).rejects.toMatchObject({
    code: 'unresolvable',
    message: expect.stringContaining('only IPv6'),
  });
});

test('an answer is asked for once in a minute, by however many', async () => {
  const lookup = vi.fn(async () => BOTH);
  const resolver = new Resolver(lookup);
  await Promise.all([resolver.resolve('a.example', [4]), resolver.resolve('a.example', [6])]);
  vi.advanceTimersByTime(59_000);
  await resolver.resolve('a.example', [4]);
  expect(lookup).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(1001);
  await resolver.resolve('a.example', [4]);
  expect(lookup).toHaveBeenCalledTimes(2);
});

test('a failure names the host and is tried again after five seconds', async () => {
  const lookup = vi.fn(async () => {
    throw new Error('getaddrinfo ENOTFOUND');
  });
  const resolver = new Resolver(lookup);
  const failure = { code: 'unresolvable', message: expect.stringContaining('"a.example"') };
  await expect(resolver.resolve('a.example', [4])).rejects.toMatchObject(failure);
  await expect(resolver.resolve('a.example', [4])).rejects.toMatchObject(failure);
  expect(lookup).toHaveBeenCalledTimes(1);
  vi.advanceTimersByTime(5001);
  await expect(resolver.resolve('a.example', [4])).rejects.toMatchObject(failure);
  expect(lookup).toHaveBeenCalledTimes(2);
});

test('a resolver that hangs is given up after five seconds', async () => {
  const resolver = new Resolver(() => new Promise(() => {}));
  const answer = expect(resolver.resolve('a.example', [4])).rejects.toMatchObject({ code: 'unresolvable' });
  await vi.advanceTimersByTimeAsync(5000);
  await answer;
});

test('no more than 256 names are remembered', async () => {
  const lookup = vi.fn(async () => BOTH);
  const resolver = new Resolver(lookup);
  for (let number = 0; number <= 256; number++) await resolver.resolve(`h${number}.example`, [4]);
  await resolver.resolve('h256.example', [4]);
  expect(lookup).toHaveBeenCalledTimes(257);
  await resolver.resolve('h0.example', [4]);
  expect(lookup).toHaveBeenCalledTimes(258);
});
