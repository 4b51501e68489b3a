import { safeName } from '../content/safe-name.ts';
import { unsealName } from '../content/seal.ts';
import type { TransferRecord } from './transfer-record.ts';

/** What a transfer is called: as it is recorded, or else as the first server says that gives it a name. */
export class TransferName {
  readonly #record: TransferRecord;
  #fromServer = '';

  constructor(record: TransferRecord) {
    this.#record = record;
  }

  /** A server's word, sealed if the resource is private; one that cannot be unsealed is no name. */
  arrived(sealed: Uint8Array): void {
    const { id, contentKey } = this.#record.row;
    const name = contentKey === null ? Buffer.from(sealed).toString() : unsealName(contentKey, sealed);
    if (name !== undefined && this.#fromServer === '') this.#fromServer = safeName(name, id);
  }

  /** By the link, by a server, or what it is called now; may be empty. */
  get shown(): string {
    return this.#record.row.name || this.#fromServer;
  }

  /** What a file or a folder may be called after it. */
  get safe(): string {
    const { called, id } = this.#record.row;
    return called ?? safeName(this.shown, id);
  }
}
