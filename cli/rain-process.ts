/** Another process of this program, spoken with in its JSON. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Failure, type FailureCode } from '../core/failure.ts';

/** Milliseconds that a process is given to end by itself. */
const GRACE = 5000;

type RainEvent = { readonly event: string };

interface ErrorEvent extends RainEvent {
  readonly code: FailureCode;
  readonly message: string;
  readonly hint?: string;
}

export class RainProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<void>;
  #listener: (event: RainEvent) => void = () => {};
  #failure = new Failure('internal', 'the process ended without a word');
  #stderr = '';

  /** `self` as in Host; `--json` is added to `args`. */
  constructor(self: readonly [string, ...string[]], args: readonly string[]) {
    const [program, ...rest] = self;
    this.#child = spawn(program, [...rest, ...args, '--json'], {
      // By the channel, which is never used, it notices when this process dies.
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const { stdout, stderr } = this.#child;
    if (stdout === null || stderr === null) {
      throw new Error('pipes were asked for');
    }
    createInterface({ input: stdout }).on('line', (line) => this.#hear(JSON.parse(line)));
    stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-2000);
    });
    this.#ended = new Promise((resolve) => {
      this.#child.on('error', (error) => {
        this.#failure = new Failure(
          'internal',
          `another rain cannot be started: ${error.message}`,
          '',
          error,
        );
        resolve();
      });
      this.#child.on('close', () => resolve());
    });
  }

  /** Undefined when it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /**
   * Resolves with the next event of the name `last`; those before go to `before`. Rejects with the Failure that
   * the process ended with, or with `interrupted` when `stop` is aborted.
   */
  async until<T extends RainEvent>(
    last: T['event'],
    stop: AbortSignal,
    before: (event: RainEvent) => void = () => {},
  ): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const onStop = (): void => reject(new Failure('interrupted', 'stopped'));
    if (stop.aborted) {
      onStop();
    }
    stop.addEventListener('abort', onStop, { once: true });
    this.#ended.then(() => reject(this.#lastWords()));
    this.#listener = (event) => (event.event === last ? resolve(event as T) : before(event));
    try {
      return await promise;
    } finally {
      stop.removeEventListener('abort', onStop);
      this.#listener = () => {};
    }
  }

  /** Asks it to end, and ends it if it does not. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), GRACE);
    await this.#ended;
    clearTimeout(timer);
  }

  #hear(event: RainEvent): void {
    if (event.event === 'error') {
      const { code, message, hint } = event as ErrorEvent;
      this.#failure = new Failure(code, message, hint);
    }
    this.#listener(event);
  }

  #lastWords(): Failure {
    const { code, message, hint } = this.#failure;
    return new Failure(code, message, hint === '' ? this.#stderr.trim() : hint);
  }
}
