import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { interruptOf } from '../../cli/interrupt.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('the first %s asks to stop, the second ends at once', (name) => {
  const signals = new EventEmitter();
  const exit = vi.fn();
  const interrupt = interruptOf(signals, exit);
  expect(interrupt.aborted).toBe(false);
  signals.emit(name);
  expect(interrupt.aborted).toBe(true);
  expect(exit).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1000);
  signals.emit('SIGINT');
  expect(exit).toHaveBeenCalledOnce();
});

test('one Ctrl-C that arrives twice, from the terminal and from npm, is one', () => {
  const signals = new EventEmitter();
  const exit = vi.fn();
  interruptOf(signals, exit);
  signals.emit('SIGINT');
  vi.advanceTimersByTime(20);
  signals.emit('SIGINT');
  expect(exit).not.toHaveBeenCalled();
});
