import type { StorePut } from '../../preload/contract.ts';

/** How often is told how far they are, ms; what takes no longer is not told of. */
const TELL_EVERY = 250;

export interface Putting {
  /** Ends with an error when it is cancelled. */
  readonly content: AsyncIterable<Uint8Array>;
  readonly isCancelled: () => boolean;
  /** It is in, or will not be. */
  readonly end: () => void;
}

/** The files that are on their way into the store. */
export class Puts {
  readonly #tell: (puts: readonly StorePut[]) => void;
  readonly #underWay = new Map<number, StorePut>();
  readonly #cancelled = new Set<number>();
  #lastKey = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(tell: (puts: readonly StorePut[]) => void) {
    this.#tell = tell;
  }

  /** A file of `size` bytes: what is read of its content is counted, until its end. */
  begin(name: string, size: number, content: AsyncIterable<Uint8Array>): Putting {
    const key = ++this.#lastKey;
    this.#underWay.set(key, { key, name, size, read: 0 });
    this.#timer ??= setInterval(() => this.#tellAll(), TELL_EVERY);
    return {
      content: this.#counted(key, content),
      isCancelled: () => this.#cancelled.has(key),
      end: () => this.#end(key),
    };
  }

  /** No more is read of it; nothing happens when all has been, or there is no such file. */
  cancel(key: number): void {
    if (this.#underWay.has(key)) this.#cancelled.add(key);
  }

  async *#counted(key: number, content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const bytes of content) {
      this.#check(key);
      const put = this.#underWay.get(key);
      if (put !== undefined) this.#underWay.set(key, { ...put, read: put.read + bytes.length });
      yield bytes;
    }
    this.#check(key);
  }

  #check(key: number): void {
    if (this.#cancelled.has(key)) throw new Error('cancelled');
  }

  #end(key: number): void {
    this.#underWay.delete(key);
    this.#cancelled.delete(key);
    if (this.#underWay.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#tellAll();
  }

  #tellAll(): void {
    this.#tell([...this.#underWay.values()]);
  }
}
