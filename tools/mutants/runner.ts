/** Runs tests on the bench, for so long and no longer. */
import { type ChildProcess, fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Order, Outcome } from './bench.ts';

const BENCH = fileURLToPath(new URL('bench.ts', import.meta.url));
/** Runs after which a bench is exchanged for a new one: tests that were cut short leave things behind. */
const WORN_OUT = 100;

export class Runner {
  readonly #folder: string;
  #bench: ChildProcess | undefined;
  #runs = 0;
  readonly #changed = new Set<string>();

  constructor(folder: string) {
    this.#folder = folder;
    process.once('exit', () => this.close());
  }

  write(file: string, source: string): void {
    writeFileSync(join(this.#folder, file), source);
    this.#changed.add(file);
  }

  /** `hung`: it took longer than `ms`. */
  async run(tests: readonly string[], ms: number): Promise<Outcome | 'hung'> {
    if (++this.#runs % WORN_OUT === 0) this.close();
    const bench = this.#bench ?? (await this.#start());
    const order: Order = { tests, changed: [...this.#changed] };
    this.#changed.clear();
    const outcome = await new Promise<Outcome | 'hung'>((resolve) => {
      const timer = setTimeout(() => settle('hung'), ms);
      const settle = (how: Outcome | 'hung'): void => {
        clearTimeout(timer);
        bench.removeAllListeners();
        resolve(how);
      };
      bench.once('message', (how: Outcome) => settle(how));
      bench.once('exit', () => settle('hung'));
      bench.send(order);
    });
    if (outcome === 'hung') this.close();
    return outcome;
  }

  async #start(): Promise<ChildProcess> {
    // A group of its own, so that what the tests have started goes with it.
    const bench = fork(BENCH, [this.#folder], { detached: true });
    this.#bench = bench;
    await new Promise<void>((resolve, reject) => {
      bench.once('message', () => resolve());
      bench.once('exit', () => reject(new Error('The bench has not started.')));
    });
    bench.removeAllListeners();
    return bench;
  }

  /** The next run has a new bench; without one the process may end. */
  close(): void {
    const pid = this.#bench?.pid;
    this.#bench = undefined;
    if (pid === undefined) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}
