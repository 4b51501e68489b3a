import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { GIVE_UP_AFTER, Quitting, type QuittingApp, TELL_AFTER } from '../../main/start/quitting.ts';

/** Quits as Electron does: unless somebody prevents it. */
class FakeApp extends EventEmitter {
  hasQuit = false;
  readonly relaunch = vi.fn();

  quit(): void {
    let isPrevented = false;
    this.emit('before-quit', {
      preventDefault: () => {
        isPrevented = true;
      },
    });
    this.hasQuit ||= !isPrevented;
  }
}

describe('quitting', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function start() {
    const app = new FakeApp();
    const closed = Promise.withResolvers<void>();
    const close = vi.fn(() => closed.promise);
    const takesLong = vi.fn();
    const power = new EventEmitter();
    const signals = new EventEmitter();
    const quitting = new Quitting(app as unknown as QuittingApp, { close, takesLong });
    quitting.watch(
      power as unknown as Parameters<Quitting['watch']>[0],
      signals as unknown as NodeJS.Process,
    );
    return { app, closed, close, takesLong, power, signals, quitting };
  }

  test('waits until everything is flushed, once, however often it is asked for', async () => {
    const { app, closed, close, takesLong, quitting } = start();
    expect(quitting.isUnderWay).toBe(false);
    app.quit();
    app.quit();
    expect(quitting.isUnderWay).toBe(true);
    expect(close).toHaveBeenCalledTimes(1);
    expect(app.hasQuit).toBe(false);
    closed.resolve();
    await vi.advanceTimersByTimeAsync(0);
    expect(app.hasQuit).toBe(true);
    expect(app.relaunch).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(TELL_AFTER);
    expect(takesLong).not.toHaveBeenCalled();
  });

  test('says so when it takes longer than a second', async () => {
    const { app, takesLong } = start();
    app.quit();
    await vi.advanceTimersByTimeAsync(TELL_AFTER - 1);
    expect(takesLong).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(takesLong).toHaveBeenCalledTimes(1);
    expect(app.hasQuit).toBe(false);
  });

  test('does not wait for ever', async () => {
    const { app } = start();
    app.quit();
    await vi.advanceTimersByTimeAsync(GIVE_UP_AFTER);
    expect(app.hasQuit).toBe(true);
  });

  test('comes to an end when closing fails', async () => {
    const log = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    const { app, closed } = start();
    app.quit();
    closed.reject(new Error('disk'));
    await vi.advanceTimersByTimeAsync(0);
    expect(app.hasQuit).toBe(true);
    expect(log).toHaveBeenCalledTimes(1);
    log.mockRestore();
  });

  test('starts the app again that was started again meanwhile, when it has let go of everything', async () => {
    const { app, closed, quitting } = start();
    app.quit();
    quitting.startAgain(['.', 'rain:x']);
    expect(app.relaunch).not.toHaveBeenCalled();
    closed.resolve();
    await vi.advanceTimersByTimeAsync(0);
    expect(app.relaunch).toHaveBeenCalledExactlyOnceWith({ args: ['.', 'rain:x'] });
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'])('follows %s', async (signal) => {
    const { app, closed, signals } = start();
    signals.emit(signal);
    expect(app.hasQuit).toBe(false);
    closed.resolve();
    await vi.advanceTimersByTimeAsync(0);
    expect(app.hasQuit).toBe(true);
  });

  test('holds up the end of the session for as long as it takes', () => {
    const { close, power } = start();
    const preventDefault = vi.fn();
    power.emit('shutdown', { preventDefault });
    expect(preventDefault).toHaveBeenCalled();
    expect(close).toHaveBeenCalled();
  });
});
