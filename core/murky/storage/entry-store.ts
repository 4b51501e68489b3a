import { join } from 'node:path';
import { writeFailure } from '../../content/disk-failure.ts';
import { realFileSystem } from '../../content/file-system.ts';
import type { Connection } from '../../store/connection.ts';
import { closeDatabase } from '../../store/database.ts';
import { Settings } from '../../store/settings.ts';
import { Casks } from './casks.ts';
import { openMurkyDatabase } from './database.ts';
import type { EntryStorage } from './entry-storage.ts';
import { incomingFolder } from './incoming-folder.ts';
import { LocalDisk } from './local-disk.ts';
import { SqliteCatalogue } from './sqlite-catalogue.ts';
import { Staging } from './staging.ts';

export interface EntryStoreOptions {
  /** The data folder of the node, whose lock is held. */
  readonly dataDir: string;
  /** Where casks are kept; default: in the data folder. */
  readonly storage?: EntryStorage | undefined;
  /** A cask is not to be poured any more. */
  readonly gone: (digest: Uint8Array) => void;
  readonly warn: (error: unknown) => void;
}

/** All that the store keeps on disk: records, casks, settings. `murky.db` and the folder `murky` beside `rain.db`. */
export class EntryStore {
  readonly catalogue: SqliteCatalogue;
  readonly casks: Casks;
  readonly settings: Settings;
  /** Where casks arrive that are fetched; on the same file system as those that are kept. */
  readonly incoming: string;
  readonly #connection: Connection;

  private constructor(
    connection: Connection,
    storage: EntryStorage,
    staging: Staging,
    options: EntryStoreOptions,
  ) {
    this.#connection = connection;
    this.incoming = incomingFolder(options.dataDir);
    this.settings = new Settings(connection);
    this.catalogue = new SqliteCatalogue(connection, (digest) => this.casks.collect(digest));
    this.casks = new Casks({
      storage,
      staging,
      connection,
      isNamed: (digest) => this.catalogue.refersTo(digest),
      gone: options.gone,
      warn: options.warn,
    });
  }

  /**
   * Opens it, and mends what a crash has left: files without a record go, and records without a file, so that the
   * entry is fetched again. Rejects with Failure `database-*`, `no-permission`, `no-space`, `disk`.
   */
  static async open(options: EntryStoreOptions): Promise<EntryStore> {
    const folder = join(options.dataDir, 'murky');
    const connection = openMurkyDatabase(options.dataDir);
    try {
      const staging = await Staging.open(join(folder, 'staging'));
      const storage = options.storage ?? (await LocalDisk.open(join(folder, 'casks')));
      // The folders may be new: what is kept in them is no safer than their names.
      for (const parent of [folder, options.dataDir]) await flushNames(parent);
      const store = new EntryStore(connection, storage, staging, options);
      await store.casks.sweep();
      for (const { id } of store.catalogue.lost()) {
        options.warn(
          new Error(
            `The content of entry ${id} is gone from the disk; it is fetched again if others have it.`,
          ),
        );
        store.catalogue.remove(id);
      }
      return store;
    } catch (error) {
      connection.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.casks.close();
    closeDatabase(this.#connection);
  }
}

async function flushNames(folder: string): Promise<void> {
  await realFileSystem.flushFolder(folder).catch((error) => {
    throw writeFailure(error, folder);
  });
}
