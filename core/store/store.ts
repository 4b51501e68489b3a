import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../content/make-folder.ts';
import type { Failure } from '../failure.ts';
import type { Connection } from './connection.ts';
import { closeDatabase, openDatabase } from './database.ts';
import { Droplets } from './droplets.ts';
import { History } from './history.ts';
import { FolderLock } from './lock.ts';
import { Manifests } from './manifests.ts';
import { openToOthers } from './privacy.ts';
import { Sequence } from './sequence.ts';
import { Servers } from './servers.ts';
import { Settings } from './settings.ts';
import { Shares } from './shares.ts';
import { guarded } from './sqlite-failure.ts';
import { Transfers } from './transfers.ts';
import { VerifiedBlocks } from './verified-blocks.ts';

/**
 * All that a node keeps, in one folder that belongs to one process at a time. Everything is synchronous and
 * belongs to one thread; what has returned is on disk and survives a kill and a power cut.
 *
 * Every method throws Failure `no-space`, `disk`, `no-permission` or `database-corrupt`, naming the file, when
 * the disk is to blame; a write that throws has changed nothing.
 */
export class Store {
  readonly shares: Shares;
  readonly transfers: Transfers;
  readonly manifests: Manifests;
  readonly verifiedBlocks: VerifiedBlocks;
  readonly droplets: Droplets;
  readonly history: History;
  readonly servers: Servers;
  readonly settings: Settings;
  /** What its owner should know of the data folder. */
  readonly concern: Failure | undefined;
  readonly #connection: Connection;
  readonly #lock: FolderLock;

  private constructor(dataDir: string, connection: Connection, lock: FolderLock) {
    this.concern = openToOthers(dataDir, 'The data folder');
    const sequence = new Sequence(connection);
    this.manifests = new Manifests(connection);
    this.shares = new Shares(connection, sequence, this.manifests);
    this.transfers = new Transfers(connection, sequence, this.manifests);
    this.droplets = new Droplets(connection);
    this.verifiedBlocks = new VerifiedBlocks(connection, this.droplets);
    this.history = new History(connection);
    this.servers = new Servers(connection);
    this.settings = new Settings(connection);
    this.#connection = connection;
    this.#lock = lock;
  }

  /**
   * Makes the folder, readable by its owner only, when there is none.
   *
   * @throws Failure `data-folder-in-use`; `database-corrupt`, `database-foreign` and `database-newer`, which
   * leave the database as it was; `no-permission`, `no-space`, `disk`
   */
  static open(dataDir: string): Store {
    makeFolder(dataDir, 0o700);
    guarded(dataDir, () => {
      // SQLite says only that it could not open a file; this says why.
      accessSync(dataDir, constants.W_OK | constants.X_OK);
    });
    const lock = FolderLock.take(dataDir);
    let connection: Connection | undefined;
    try {
      connection = openDatabase(join(dataDir, 'rain.db'));
      return new Store(dataDir, connection, lock);
    } catch (error) {
      connection?.close();
      lock.release();
      throw error;
    }
  }

  /** Several changes as one: all of `work` or, when it throws, nothing of it. */
  transaction<T>(work: () => T): T {
    return this.#connection.transaction(work);
  }

  /** Leaves one file, `rain.db`, without a log beside it, and lets go of the folder. Again: nothing happens. */
  close(): void {
    if (!this.#connection.isOpen) return;
    try {
      closeDatabase(this.#connection);
    } finally {
      this.#lock.release();
    }
  }
}
