import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { NodeEvent } from '../../core/api.ts';
import { BATCH_EVERY, type Clock, Gathering } from '../../main/node/gathering.ts';
import { Mirror } from '../../main/node/mirror.ts';
import { nodeSnapshot, share, transfer } from '../node/snapshots.ts';

const PROBLEM = { code: 'disk', message: 'the disk', hint: '' } as const;

describe('the mirror', () => {
  test('is what the node is, after any events', () => {
    const mirror = new Mirror();
    mirror.reset(nodeSnapshot({ shares: [share({ key: 1 })], transfers: [transfer({ key: 2 })] }));
    const events: NodeEvent[] = [
      { type: 'transfer', transfer: transfer({ key: 3, verified: 5 }) },
      { type: 'transfer', transfer: transfer({ key: 3, verified: 9 }) },
      { type: 'transfer-removed', key: 2 },
      { type: 'share', share: share({ key: 4 }) },
      { type: 'share-removed', key: 1 },
      { type: 'servers', servers: [{ address: 'a:1', found: 'list' }] },
      { type: 'listening', port: 7, addresses: ['b:7'] },
      { type: 'rates', rateUp: 3, rateDown: 4 },
      { type: 'problem', problem: PROBLEM },
      { type: 'log', level: 'warn', message: 'words' },
    ];
    for (const event of events) mirror.apply(event);
    expect(mirror.snapshot()).toEqual(
      nodeSnapshot({
        port: 7,
        addresses: ['b:7'],
        shares: [share({ key: 4 })],
        transfers: [transfer({ key: 3, verified: 9 })],
        servers: [{ address: 'a:1', found: 'list' }],
        rateUp: 3,
        rateDown: 4,
        problems: [PROBLEM],
      }),
    );
  });

  test('remembers no more problems than the node does', () => {
    const mirror = new Mirror();
    for (let i = 0; i < 30; i++) mirror.apply({ type: 'problem', problem: { ...PROBLEM, message: `${i}` } });
    const { problems } = mirror.snapshot();
    expect(problems).toHaveLength(20);
    expect(problems.at(-1)?.message).toBe('29');
  });

  test('is empty when the engine is gone', () => {
    const mirror = new Mirror();
    mirror.reset(nodeSnapshot({ shares: [share()], problems: [PROBLEM] }));
    mirror.reset();
    expect(mirror.snapshot()).toEqual(nodeSnapshot({ port: 0 }));
  });
});

/** Time that stands still until it is moved. */
class TestClock implements Clock {
  #now = 0;
  #timers: { at: number; callback: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    const timer = { at: this.#now + ms, callback };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (next === undefined) break;
      this.#timers = this.#timers.filter((other) => other !== next);
      this.#now = next.at;
      next.callback();
    }
    this.#now = end;
  }
}

describe('gathering', () => {
  function gathering(): { clock: TestClock; batches: (readonly NodeEvent[])[]; it: Gathering } {
    const clock = new TestClock();
    const batches: (readonly NodeEvent[])[] = [];
    return { clock, batches, it: new Gathering((events) => batches.push(events), clock) };
  }
  const running = (verified: number, key = 2): NodeEvent => ({
    type: 'transfer',
    transfer: transfer({ key, verified }),
  });

  test('tells the first at once, and of what follows the last', () => {
    const { clock, batches, it } = gathering();
    it.add(running(1));
    clock.advance(0);
    for (const verified of [2, 3, 4]) it.add(running(verified));
    clock.advance(BATCH_EVERY);
    expect(batches).toEqual([[running(1)], [running(4)]]);
  });

  test('sends nothing when there is nothing', () => {
    const { clock, batches, it } = gathering();
    it.add(running(1));
    clock.advance(10 * BATCH_EVERY);
    expect(batches).toHaveLength(1);
  });

  test('does not bring back a row that was removed', () => {
    const { clock, batches, it } = gathering();
    it.add(running(1));
    it.add({ type: 'transfer-removed', key: 2 });
    clock.advance(0);
    expect(batches).toEqual([[{ type: 'transfer-removed', key: 2 }]]);
  });

  test('loses no problem, and leaves out what is for the log', () => {
    const { clock, batches, it } = gathering();
    it.add({ type: 'problem', problem: PROBLEM });
    it.add({ type: 'log', level: 'info', message: 'words' });
    it.add({ type: 'problem', problem: PROBLEM });
    clock.advance(0);
    expect(batches).toEqual([
      [
        { type: 'problem', problem: PROBLEM },
        { type: 'problem', problem: PROBLEM },
      ],
    ]);
  });

  test('forgets what it has when all is told anew', () => {
    const { clock, batches, it } = gathering();
    it.add(running(1));
    it.clear();
    clock.advance(BATCH_EVERY);
    expect(batches).toEqual([]);
    it.add(running(2));
    clock.advance(BATCH_EVERY);
    expect(batches).toEqual([[running(2)]]);
  });

  test('sends at most four batches in any second, and the window ends up where the node is', () => {
    const event = fc.oneof(
      fc.record({ key: fc.nat(4), verified: fc.nat(99) }).map(({ key, verified }) => running(verified, key)),
      fc.nat(4).map((key): NodeEvent => ({ type: 'transfer-removed', key })),
      fc.nat(9).map((rateUp): NodeEvent => ({ type: 'rates', rateUp, rateDown: 0 })),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(400), event), { maxLength: 60 }), (steps) => {
        const clock = new TestClock();
        const node = new Mirror();
        const window = new Mirror();
        const sentAt: number[] = [];
        const it = new Gathering((events) => {
          sentAt.push(clock.now());
          for (const one of events) window.apply(one);
        }, clock);
        for (const [pause, one] of steps) {
          clock.advance(pause);
          node.apply(one);
          it.add(one);
        }
        clock.advance(BATCH_EVERY);
        const byKey = (mirror: Mirror) => new Map([...mirror.transfers].sort(([a], [b]) => a - b));
        expect(byKey(window)).toEqual(byKey(node));
        expect(window.rates).toEqual(node.rates);
        for (let i = 4; i < sentAt.length; i++)
          expect(sentAt[i] - sentAt[i - 4]).toBeGreaterThanOrEqual(1000);
      }),
    );
  });
});
