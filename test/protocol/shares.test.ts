import { describe, expect, test } from 'vitest';
import { megabits, Swarm } from './simulation/swarm.ts';
import { resourceOf } from './simulation/virtual-resource.ts';

const RESOURCE = resourceOf('5a5a5a5a5a5a5a5a', 30_000);

function address(i: number): string {
  return `10.0.0.${i}:1980`;
}

function connect(swarm: Swarm, rates: readonly number[]): void {
  rates.forEach((mbit, i) => {
    const rate = megabits(mbit);
    swarm.connect(address(i), { rate, delay: 20, loss: 0.01, queue: rate / 10 });
    swarm.start(address(i));
  });
}

/** Droplets that came from each server. */
function droplets(swarm: Swarm): number[] {
  return swarm.client.client.sessions.map((session) => session.droplets);
}

describe('droplets come from all servers', () => {
  test('in proportion to their rates', () => {
    const rates = [4, 8, 16, 32];
    const swarm = new Swarm(1, RESOURCE);
    connect(swarm, rates);
    expect(swarm.run(60_000)).toBe(true);
    const total = droplets(swarm).reduce((a, b) => a + b);
    const sum = rates.reduce((a, b) => a + b);
    droplets(swarm).forEach((count, i) => {
      const fair = (total * rates[i]) / sum;
      expect(count / fair).toBeGreaterThan(0.8);
      expect(count / fair).toBeLessThan(1.25);
    });
  });

  test('but no droplet from two of them, before the end', () => {
    const swarm = new Swarm(2, RESOURCE);
    connect(swarm, [4, 8, 16, 32]);
    expect(swarm.run(60_000)).toBe(true);
    const { duplicate, late } = swarm.client.client.tally;
    expect(duplicate).toBe(0);
    expect(late).toBeLessThan(100);
  });

  test('sixteen of them, behind one access link', () => {
    const access = { rate: megabits(40), queue: 200_000 };
    const swarm = new Swarm(3, RESOURCE, { access });
    connect(swarm, Array(16).fill(10));
    expect(swarm.run(60_000)).toBe(true);
    expect(swarm.client.doneAt).toBeLessThan(1.15 * swarm.idealTime(access.rate, 0.01));
    const counts = droplets(swarm);
    expect(Math.min(...counts)).toBeGreaterThan(0);
    expect(swarm.overhead).toBeLessThan(0.02);
  });
});

describe('servers come and go', () => {
  test('one that dies costs its share and no more', () => {
    const swarm = new Swarm(4, RESOURCE);
    connect(swarm, [20, 20, 20, 20]);
    swarm.network.at(2000, () => swarm.vanish(address(0)));
    expect(swarm.run(60_000)).toBe(true);
    // Until 2 s all four pour, from then on three.
    const all = swarm.idealTime(megabits(80), 0.01);
    const expected = 2000 + ((all - 2000) * 4) / 3;
    expect(swarm.client.doneAt).toBeLessThan(1.1 * expected);
    expect(swarm.overhead).toBeLessThan(0.01);
  });

  test('one that starts is used within 2 s', () => {
    const swarm = new Swarm(5, RESOURCE);
    connect(swarm, [20]);
    swarm.connect(address(1), { rate: megabits(20), delay: 20 });
    swarm.network.at(5000, () => swarm.start(address(1)));
    swarm.runTo(7000);
    expect(droplets(swarm)[1]).toBeGreaterThan(100);
  });

  test('one that gets the resource is used within 2 s', () => {
    const swarm = new Swarm(6, RESOURCE);
    connect(swarm, [20]);
    swarm.connect(address(1), { rate: megabits(20), delay: 20 });
    swarm.start(address(1), {}, []);
    swarm.network.at(5000, () => swarm.start(address(1)));
    swarm.runTo(7000);
    expect(droplets(swarm)[1]).toBeGreaterThan(100);
  });

  test('one that the client hears of on the way is used within 2 s', () => {
    const swarm = new Swarm(7, RESOURCE);
    connect(swarm, [20]);
    swarm.start(address(1));
    swarm.network.at(4000, () => swarm.connect(address(1), { rate: megabits(20), delay: 20 }));
    swarm.runTo(6000);
    expect(droplets(swarm)[1]).toBeGreaterThan(100);
  });

  test('one that loses its memory goes on at once', () => {
    const swarm = new Swarm(8, RESOURCE);
    connect(swarm, [20]);
    swarm.runTo(3000);
    const before = droplets(swarm)[0];
    swarm.start(address(0));
    swarm.runTo(4000);
    const perSecond = megabits(20) / (1152 + 60);
    expect(droplets(swarm)[0] - before).toBeGreaterThan(0.7 * perSecond);
    expect(swarm.run(60_000)).toBe(true);
    expect(swarm.overhead).toBeLessThan(0.01);
  });
});
