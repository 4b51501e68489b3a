import { Failure } from '../../core/failure.ts';
import type { Settings } from '../../preload/contract.ts';

export interface SettingsHost {
  /** Makes a change happen; when it rejects, the old settings stay. */
  apply(after: Settings, before: Settings): Promise<void>;
  save(settings: Settings): Promise<void>;
  /** The settings are new. */
  changed(after: Settings, before: Settings): void;
}

/** The settings in force. Changes come true one after the other, and are stored when they have. */
export class SettingsKeeper {
  readonly #host: SettingsHost;
  #current: Settings;
  #last: Promise<unknown> = Promise.resolve();

  constructor(initial: Settings, host: SettingsHost) {
    this.#current = initial;
    this.#host = host;
  }

  get current(): Settings {
    return this.#current;
  }

  /** Rejects with the Failure of what could not be applied, or with `disk` when it could not be stored. */
  change(change: Partial<Settings>): Promise<Settings> {
    return this.alone(() => this.#change(change));
  }

  /** Does something that goes by the settings, while none of them changes. */
  alone<T>(run: () => Promise<T>): Promise<T> {
    const done = this.#last.then(run);
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #change(change: Partial<Settings>): Promise<Settings> {
    const before = this.#current;
    const after = { ...before, ...change };
    await this.#host.apply(after, before);
    this.#current = after;
    this.#host.changed(after, before);
    try {
      await this.#host.save(after);
    } catch (error) {
      throw new Failure(
        'disk',
        'The change is in force, but it could not be stored.',
        'Make room on the disk of the data folder.',
        error,
      );
    }
    return after;
  }
}
