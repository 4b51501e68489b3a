/** The store as the app sees it: run as the settings say, with its secret. */
import type { Settings, Store, StorePut, StoreSecret } from '../../preload/contract.ts';
import type { Engine } from '../node/engine.ts';
import type { StoreConfig } from '../node/node-messages.ts';
import { problemOf } from '../problem.ts';
import type { SettingsKeeper } from '../settings/settings-keeper.ts';
import type { SecretFile } from './secret-file.ts';

type StoreSettings = Pick<Settings, 'store' | 'storePort' | 'storeClassic'>;

export interface StoreKeeperParts {
  readonly engine: Pick<Engine, 'call' | 'state'>;
  readonly settings: () => Pick<SettingsKeeper, 'current' | 'alone'>;
  readonly secret: Pick<SecretFile, 'kind' | 'read' | 'write'>;
  readonly changed: (store: Store) => void;
  readonly putting: (puts: readonly StorePut[]) => void;
}

export class StoreKeeper {
  readonly #parts: StoreKeeperParts;
  #state: Store = { state: 'off' };
  #puts: readonly StorePut[] = [];

  constructor(parts: StoreKeeperParts) {
    this.#parts = parts;
  }

  get state(): Store {
    return this.#state;
  }

  /** The files on their way into it. */
  get puts(): readonly StorePut[] {
    return this.#puts;
  }

  get secret(): StoreSecret {
    return this.#parts.secret.kind;
  }

  /** The thread of the node has told what became of the store. */
  heard(state: Store): void {
    this.#state = state;
    this.#parts.changed(state);
  }

  heardPuts(puts: readonly StorePut[]): void {
    this.#puts = puts;
    this.#parts.putting(puts);
  }

  /** Runs it if the settings say so; what goes wrong is its state afterwards. */
  open(): Promise<void> {
    const { settings, engine } = this.#parts;
    return settings().alone(async () => {
      const { current } = settings();
      if (!current.store) return;
      let config: StoreConfig;
      try {
        config = this.#configOf(current);
      } catch (error) {
        return this.heard({ state: 'failed', problem: problemOf(error) });
      }
      // Why not, its state says.
      await engine.call('runStore', config).catch(() => undefined);
    });
  }

  /** Rejects with the Failure of what could not be; the store then runs on as it did. */
  async apply(after: StoreSettings, before: StoreSettings): Promise<void> {
    if (!isChanged(after, before) || this.#parts.engine.state.state === 'failed') return;
    await this.#parts.engine.call('runStore', after.store ? this.#configOf(after) : undefined);
  }

  /** 16 characters at least; undefined: none. Rejects with the Failure of what could not be, or with `disk`. */
  setSecret(secret: string | undefined): Promise<StoreSecret> {
    const { settings, engine, secret: file } = this.#parts;
    return settings().alone(async () => {
      const { current } = settings();
      if (current.store && engine.state.state !== 'failed') {
        await engine.call('runStore', configWith(current, secret));
      }
      await file.write(secret);
      return file.kind;
    });
  }

  #configOf(settings: StoreSettings): StoreConfig {
    return configWith(settings, this.#parts.secret.read());
  }
}

function configWith({ storePort, storeClassic }: StoreSettings, secret: string | undefined): StoreConfig {
  return { httpPort: storePort, classic: storeClassic, ...(secret !== undefined && { secret }) };
}

/** Of a store that is off and stays so nothing changes. */
function isChanged(after: StoreSettings, before: StoreSettings): boolean {
  if (after.store !== before.store) return true;
  return after.store && (after.storePort !== before.storePort || after.storeClassic !== before.storeClassic);
}
