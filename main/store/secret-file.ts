/** Where the secret of the cluster is kept: apart from the settings, which the window reads. */
import { readFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { Failure } from '../../core/failure.ts';
import type { StoreSecret } from '../../preload/contract.ts';

/** Encrypts with a key that only the account of the person can use. */
export interface Seal {
  /** False: this system has no keychain. */
  isThere(): boolean;
  seal(text: string): Buffer;
  /** Throws when it was sealed with a key that is not there any more. */
  unseal(sealed: Buffer): string;
}

const NAME = 'store-secret.json';
const kept = z.strictObject({ sealed: z.boolean(), secret: z.base64() });
type Kept = z.output<typeof kept>;

export class SecretFile {
  readonly #file: string;
  readonly #seal: Seal;
  #kept: Kept | 'none' | 'unreadable';

  /** `folder`: the data folder of the app. Waits for the disk: it is read once, as the settings are. */
  constructor(folder: string, seal: Seal) {
    this.#file = join(folder, NAME);
    this.#seal = seal;
    this.#kept = readKept(this.#file);
  }

  get kind(): StoreSecret {
    if (typeof this.#kept === 'string') return this.#kept;
    return this.#kept.sealed ? 'sealed' : 'plain';
  }

  /** Undefined: none. Throws Failure `unreadable`: without it the store would believe strangers. */
  read(): string | undefined {
    if (this.#kept === 'none') return undefined;
    try {
      if (this.#kept === 'unreadable') throw new Error('It is not what this app has written.');
      const bytes = Buffer.from(this.#kept.secret, 'base64');
      return this.#kept.sealed ? this.#seal.unseal(bytes) : bytes.toString('utf8');
    } catch (error) {
      this.#kept = 'unreadable';
      throw new Failure(
        'unreadable',
        `The secret of the store in ${this.#file} cannot be read.`,
        'Set it again, or remove it.',
        error,
      );
    }
  }

  /** Durable when it resolves, or rejects with Failure `disk`. */
  async write(secret: string | undefined): Promise<void> {
    try {
      if (secret === undefined) {
        await rm(this.#file, { force: true });
        this.#kept = 'none';
        return;
      }
      const isSealed = this.#seal.isThere();
      const bytes = isSealed ? this.#seal.seal(secret) : Buffer.from(secret, 'utf8');
      const next = { sealed: isSealed, secret: bytes.toString('base64') };
      await replace(this.#file, JSON.stringify(next));
      this.#kept = next;
    } catch (error) {
      throw new Failure(
        'disk',
        'The secret is in force, but it could not be stored.',
        'Make room on the disk of the data folder.',
        error,
      );
    }
  }
}

function readKept(file: string): Kept | 'none' | 'unreadable' {
  try {
    return kept.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'none' : 'unreadable';
  }
}

/** In one step, and for nobody else to read. */
async function replace(file: string, text: string): Promise<void> {
  const draft = `${file}.new`;
  await rm(draft, { force: true });
  const handle = await open(draft, 'wx', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
}
