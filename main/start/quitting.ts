/** Quitting: by the person, by a signal, by the end of the session. Nothing that has arrived is lost on the way. */
import { app, powerMonitor } from 'electron';

/** Longer than this the person is told of it, ms. */
const TELL_AFTER = 1000;
/**
 * The engine has hung when it takes this long, ms; it keeps what is verified at every moment, so that going without
 * it costs what a power cut would.
 */
const GIVE_UP_AFTER = 30_000;

export interface QuittingHost {
  /** Flushes everything. */
  close(): Promise<void>;
  takesLong(): void;
}

export class Quitting {
  readonly #host: QuittingHost;
  #state: 'running' | 'closing' | 'closed' = 'running';

  constructor(host: QuittingHost) {
    this.#host = host;
  }

  get isUnderWay(): boolean {
    return this.#state !== 'running';
  }

  /** Has every way out lead past the engine. */
  watch(): void {
    app.on('before-quit', (event) => {
      if (this.#state === 'closed') return;
      event.preventDefault();
      void this.#close();
    });
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => app.quit());
    // Linux and macOS wait for who asks them to.
    powerMonitor.on('shutdown', (event?: { preventDefault(): void }) => {
      event?.preventDefault();
      app.quit();
    });
  }

  async #close(): Promise<void> {
    if (this.#state !== 'running') return;
    this.#state = 'closing';
    const tell = setTimeout(() => this.#host.takesLong(), TELL_AFTER);
    const giveUp = Promise.withResolvers<void>();
    const timer = setTimeout(giveUp.resolve, GIVE_UP_AFTER);
    await Promise.race([this.#host.close().catch(console.error), giveUp.promise]);
    clearTimeout(tell);
    clearTimeout(timer);
    this.#state = 'closed';
    app.quit();
  }
}
