import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SPAN, stacked } from '../../renderer/screens/transfers/details/stack.ts';
import { OWN_BANDS, SampleRing, Samples } from '../../renderer/state/samples.ts';
import { server, transfer } from './fixtures.ts';

const last = (values: Float32Array | Float64Array): number => values[values.length - 1];

describe('a ring of samples', () => {
  it('scales the rates of the servers so that together they are that of the transfer', () => {
    fc.assert(
      fc.property(fc.nat({ max: 1e9 }), fc.array(fc.nat({ max: 1e9 }), { maxLength: 12 }), (rate, rates) => {
        const ring = new SampleRing();
        ring.add(1000, { rate, servers: rates.map((each, i) => server(`s${i}`, each)) });
        const { bands } = ring.read();
        const sum = bands.reduce((total, band) => total + last(band), 0);
        expect(Math.abs(sum - rate)).toBeLessThanOrEqual(rate * 1e-5);
      }),
    );
  });

  it('keeps proportions', () => {
    const ring = new SampleRing();
    ring.add(1000, { rate: 90, servers: [server('a', 200), server('b', 100)] });
    const { bands, servers } = ring.read();
    expect(servers).toEqual(['a', 'b']);
    expect(bands.map(last)).toEqual([60, 30, 0]);
  });

  it('counts what nobody brings any more to those who brought the last of it', () => {
    const ring = new SampleRing();
    ring.add(1000, { rate: 30, servers: [server('a', 200), server('b', 100)] });
    ring.add(1250, { rate: 60, servers: [server('a', 0), server('b', 0)] });
    expect(ring.read().bands.map(last)).toEqual([40, 20, 0]);
  });

  it('keeps the bands of the servers, and puts those that come late into one', () => {
    const ring = new SampleRing();
    const many = Array.from({ length: OWN_BANDS + 3 }, (_, i) => server(`s${i}`, 10));
    ring.add(1000, { rate: 100, servers: many });
    ring.add(1250, { rate: 100, servers: many.toReversed() });
    const { servers, bands, hasOthers } = ring.read();
    expect(servers).toEqual(many.slice(0, OWN_BANDS).map(({ address }) => address));
    expect(hasOthers).toBe(true);
    expect(bands.map(last)).toEqual([...Array(OWN_BANDS).fill(10), 30]);
  });

  it('is bounded, in the order of time, and has the latest', () => {
    const ring = new SampleRing();
    for (let i = 1; i <= 1000; i++) ring.add(i * 250, { rate: i, servers: [server('a', 1)] });
    const { times, bands } = ring.read();
    expect(times).toHaveLength(480);
    expect(last(times)).toBe(250_000);
    expect(last(bands[0])).toBe(1000);
    expect(times.every((time, i) => i === 0 || time > times[i - 1])).toBe(true);
  });

  it('shows a pause as one', () => {
    const ring = new SampleRing();
    ring.add(1000, { rate: 10, servers: [server('a', 1)] });
    ring.add(60_000, { rate: 10, servers: [server('a', 1)] });
    const { times, bands } = ring.read();
    expect([...times]).toEqual([1000, 1001, 59_999, 60_000]);
    expect([...bands[0]]).toEqual([10, 0, 0, 10]);
  });

  it('replaces a sample of the same moment', () => {
    const ring = new SampleRing();
    ring.add(1000, { rate: 10, servers: [server('a', 1)] });
    ring.add(1000, { rate: 20, servers: [server('a', 1)] });
    expect([...ring.read().bands[0]]).toEqual([20]);
  });
});

describe('samples of all transfers', () => {
  it('takes them while a transfer runs, and nothing once when it stops', () => {
    const samples = new Samples();
    samples.see(1000, transfer({ rate: 10, servers: [server('a', 1)] }), false);
    samples.see(1250, transfer({ state: 'paused' }), true);
    samples.see(1500, transfer({ state: 'paused' }), false);
    expect([...(samples.of(1)?.bands[0] ?? [])]).toEqual([10, 0]);
  });

  it('knows nothing of what never ran, and forgets', () => {
    const samples = new Samples();
    samples.see(1000, transfer({ key: 1, state: 'waiting' }), false);
    expect(samples.of(1)).toBeUndefined();
    samples.see(1000, transfer({ key: 2 }), false);
    samples.forget(2);
    expect(samples.of(2)).toBeUndefined();
  });

  it('keeps a bounded number of transfers, those that ran last', () => {
    const samples = new Samples();
    for (let key = 1; key <= 100; key++) samples.see(1000, transfer({ key }), false);
    expect(samples.of(36)).toBeUndefined();
    expect(samples.of(37)).toBeDefined();
    expect(samples.of(100)).toBeDefined();
  });
});

describe('a stack', () => {
  it('adds bands up from the bottom, the whole first', () => {
    const ring = new SampleRing();
    ring.add(1000, { rate: 30, servers: [server('a', 20), server('b', 10)] });
    ring.add(1250, { rate: 60, servers: [server('a', 30), server('b', 30)] });
    const { ages, tops, bands, now, peak } = stacked(ring.read());
    expect([...ages]).toEqual([-0.25, 0]);
    expect(tops.map((top) => [...top])).toEqual([
      [30, 60],
      [20, 30],
    ]);
    expect(bands).toEqual([1, 0]);
    expect([now, peak]).toEqual([60, 60]);
  });

  it('leaves out what is older than the chart shows, but for what leads to its edge', () => {
    const ring = new SampleRing();
    for (let i = 0; i < 480; i++) ring.add(i * 250, { rate: 1, servers: [server('a', 1)] });
    const { ages } = stacked(ring.read());
    expect(ages[0]).toBeLessThanOrEqual(-SPAN);
    expect(ages[1]).toBeGreaterThanOrEqual(-SPAN);
  });

  it('can be of nothing', () => {
    expect(stacked(new SampleRing().read())).toMatchObject({ tops: [], now: 0, peak: 0 });
  });
});
