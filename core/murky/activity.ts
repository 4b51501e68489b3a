/** What has lately happened to entries, for people to look at. */

export interface Deed {
  /** Milliseconds since the epoch. */
  readonly time: number;
  /** Put or deleted here; kept or deleted as another node said; fetching, or failed to. */
  readonly what: 'put' | 'deleted' | 'fetching' | 'kept' | 'deleted elsewhere' | 'failed';
  readonly id: string;
  /** Of the content, bytes; undefined where there is none. */
  readonly size?: number;
  /** Why it failed. */
  readonly reason?: string;
}

const MOST = 100;

export class Activity {
  readonly #deeds: Deed[] = [];
  readonly #listeners = new Set<(deed: Deed) => void>();

  add(deed: Omit<Deed, 'time'>): void {
    const timed = { time: Date.now(), ...deed };
    this.#deeds.push(timed);
    if (this.#deeds.length > MOST) this.#deeds.shift();
    for (const listener of this.#listeners) listener(timed);
  }

  /** The last ones, newest first. */
  recent(): Deed[] {
    return [...this.#deeds].reverse();
  }

  subscribe(listener: (deed: Deed) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** In the words of the error, as deeds and warnings say it. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
