/** Quitting: by the person, by a signal, by the end of the session. Nothing that has arrived is lost on the way. */
import type { App, PowerMonitor } from 'electron';

/** Longer than this the person is told of it, ms. */
export const TELL_AFTER = 1000;
/**
 * The engine has hung when it takes this long, ms; it keeps what is verified at every moment, so that going without
 * it costs what a power cut would.
 */
export const GIVE_UP_AFTER = 30_000;

export interface QuittingHost {
  /** Flushes everything. */
  close(): Promise<void>;
  takesLong(): void;
}

/** What of Electron quits and is quit by. */
export type QuittingApp = Pick<App, 'on' | 'quit' | 'relaunch'>;

export class Quitting {
  readonly #app: QuittingApp;
  readonly #host: QuittingHost;
  #state: 'running' | 'closing' | 'closed' = 'running';
  #again: readonly string[] | undefined;

  constructor(app: QuittingApp, host: QuittingHost) {
    this.#app = app;
    this.#host = host;
  }

  get isUnderWay(): boolean {
    return this.#state !== 'running';
  }

  /** The app was started anew, with these arguments, while this run of it still holds the data folder. */
  startAgain(args: readonly string[]): void {
    this.#again = args;
  }

  /** Has every way out lead past the host. */
  watch(power: Pick<PowerMonitor, 'on'>, signals: Pick<NodeJS.Process, 'on'>): void {
    this.#app.on('before-quit', (event) => {
      if (this.#state === 'closed') return;
      event.preventDefault();
      void this.#close();
    });
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) signals.on(signal, () => this.#app.quit());
    // Linux and macOS wait for who asks them to.
    power.on('shutdown', (event?: { preventDefault(): void }) => {
      event?.preventDefault();
      this.#app.quit();
    });
  }

  async #close(): Promise<void> {
    if (this.#state !== 'running') return;
    this.#state = 'closing';
    const tell = setTimeout(() => this.#host.takesLong(), TELL_AFTER);
    const gaveUp = Promise.withResolvers<void>();
    const giveUp = setTimeout(gaveUp.resolve, GIVE_UP_AFTER);
    await Promise.race([this.#host.close().catch(console.error), gaveUp.promise]);
    clearTimeout(tell);
    clearTimeout(giveUp);
    this.#state = 'closed';
    if (this.#again !== undefined) this.#app.relaunch({ args: [...this.#again] });
    this.#app.quit();
  }
}
