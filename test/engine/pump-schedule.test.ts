import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { PumpSchedule } from '../../core/engine/pump-schedule.ts';

const READ_AT_ONCE = 4;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setImmediate', 'setTimeout', 'clearTimeout', 'performance'] });
});

afterEach(() => {
  vi.useRealTimers();
});

/** `dues`: when each pump says that there is more to do; after them never. `pumpedAt`: when there was one, ms. */
function schedule(...dues: readonly number[]) {
  const pumpedAt: number[] = [];
  const left = [...dues];
  const began = performance.now();
  const now = (): number => performance.now() - began;
  const pumps = new PumpSchedule({
    now,
    readAtOnce: () => READ_AT_ONCE,
    pump: () => {
      pumpedAt.push(now());
      return left.shift() ?? Number.POSITIVE_INFINITY;
    },
  });
  return {
    pumps,
    pumpedAt,
    /** As many datagrams as a turn of the event loop brings. */
    receive(datagrams: number): void {
      for (let i = 0; i < datagrams; i++) {
        pumps.count();
        pumps.queue();
      }
    },
  };
}

/** A turn of the event loop: what was queued in it comes in the next. */
function turn(): void {
  vi.advanceTimersToNextTimer();
}

test('there is one pump for all that happens in a turn of the event loop', () => {
  const { pumps, pumpedAt, receive } = schedule();
  receive(READ_AT_ONCE - 1);
  pumps.queue();
  expect(pumpedAt).toHaveLength(0);
  vi.runAllTimers();
  expect(pumpedAt).toHaveLength(1);
  pumps.queue();
  vi.runAllTimers();
  expect(pumpedAt).toHaveLength(2);
});

test('while turns bring as many datagrams as they can, the rest is read first', () => {
  const { pumpedAt, receive } = schedule();
  receive(READ_AT_ONCE);
  for (let i = 0; i < 3; i++) {
    turn();
    receive(READ_AT_ONCE);
  }
  expect(pumpedAt).toHaveLength(0);
  turn();
  receive(READ_AT_ONCE - 1);
  turn();
  expect(pumpedAt).toHaveLength(1);
});

test('datagrams that there is nothing to do for count as read', () => {
  const { pumps, pumpedAt } = schedule();
  pumps.queue();
  for (let i = 0; i < READ_AT_ONCE; i++) pumps.count();
  turn();
  expect(pumpedAt).toHaveLength(0);
  turn();
  expect(pumpedAt).toHaveLength(1);
});

test('a flood does not keep it from its work', () => {
  const { pumpedAt, receive } = schedule();
  for (let i = 0; i < 51; i++) {
    receive(10 * READ_AT_ONCE);
    turn();
  }
  expect(pumpedAt).toHaveLength(3);
});

test('it pumps again when something is due, in the next turn when that is now', () => {
  const { pumps, pumpedAt } = schedule(0, 20, 50);
  pumps.queue();
  turn();
  turn();
  expect(pumpedAt).toHaveLength(2);
  vi.runAllTimers();
  expect(pumpedAt.slice(2)).toEqual([20, 50]);
});

test('what happens before something is due may put it off, and may bring it forward', () => {
  const { pumps, pumpedAt } = schedule(50, 20, 80);
  pumps.queue();
  turn();
  vi.advanceTimersByTime(10);
  pumps.queue();
  vi.runAllTimers();
  expect(pumpedAt).toEqual([0, 10, 20, 80]);
});

test('when it is cleared, nothing is due any more', () => {
  const { pumps, pumpedAt } = schedule(50);
  pumps.queue();
  turn();
  pumps.clear();
  vi.runAllTimers();
  expect(pumpedAt).toEqual([0]);
});
