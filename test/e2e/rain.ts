/** The command line as processes of their own, spoken with as a script does: arguments, JSON events, exit codes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { DropletCounts, TransferState } from '../../core/api.ts';

const INDEX = fileURLToPath(new URL('../../cli/index.ts', import.meta.url));
/** ms; far more than anything that is waited for takes on a slow machine. */
const PATIENCE = 30_000;

export interface RainEvent {
  readonly event: string;
}

export interface SharedEvent extends RainEvent {
  readonly event: 'shared';
  readonly id: string;
  readonly link: string;
  readonly name: string;
  readonly bytes: number;
  readonly files: number;
  readonly port: number;
  readonly addresses: readonly string[];
}

export interface StartEvent extends RainEvent {
  readonly event: 'start';
  readonly id: string;
  readonly name: string;
  readonly bytes: number;
  readonly resumedBytes: number;
}

export interface ServerFigures {
  readonly address: string;
  readonly found: string;
  readonly droplets: number;
  readonly bytes: number;
  readonly share: number;
  readonly loss: number;
  readonly rttMs: number | null;
  readonly state: string;
}

export interface ProgressEvent extends RainEvent {
  readonly event: 'progress';
  readonly verified: number;
  readonly bytes: number;
  readonly rate: number;
  readonly eta: number | null;
  readonly overhead: number;
  readonly state: TransferState;
  readonly servers: readonly (ServerFigures & { readonly rate: number })[];
}

export interface DoneEvent extends RainEvent {
  readonly event: 'done';
  readonly path: string;
  readonly bytes: number;
  readonly seconds: number;
  readonly resumedBytes: number;
  readonly wireBytes: number;
  readonly overhead: number;
  readonly droplets: Omit<DropletCounts, 'manifest'>;
  readonly servers: readonly ServerFigures[];
}

/** `error` ends a command; a `problem` is told on the way. */
export interface TroubleEvent extends RainEvent {
  readonly event: 'error' | 'problem';
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

interface Known {
  readonly shared: SharedEvent;
  readonly start: StartEvent;
  readonly progress: ProgressEvent;
  readonly done: DoneEvent;
  readonly error: TroubleEvent;
  readonly problem: TroubleEvent;
}

export interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RainOptions {
  /** Data folder; default: a new one. */
  readonly data?: string;
  readonly cwd?: string;
  /** Programs and arguments in front of it, such as `ip netns exec NAME`. */
  readonly through?: readonly string[];
}

/** A folder that is removed when the running test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rain-e2e-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** One process of the command line; it is killed when the running test ends. */
export class Rain {
  readonly data: string;
  /** Of standard output, those with `--json` only. */
  readonly events: RainEvent[] = [];
  /** Resolves when it has ended and all it wrote was read. */
  readonly ended: Promise<Ended>;
  readonly #child: ChildProcess;
  readonly #waiting = new Set<() => void>();
  readonly #line: string;
  #over: Ended | undefined;
  #stdout = '';
  #stderr = '';

  constructor(args: readonly string[], { data = temporaryFolder(), cwd, through = [] }: RainOptions = {}) {
    this.data = data;
    this.#line = args.join(' ');
    const isJson = args.includes('--json');
    const [program, ...rest] = [...through, process.execPath, INDEX, ...args, '--data', data];
    this.#child = spawn(program, rest, {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(cwd !== undefined && { cwd }),
    });
    const { stdout, stderr } = this.#child;
    if (stdout === null || stderr === null) throw new Error('pipes were asked for');
    createInterface({ input: stdout }).on('line', (line) => {
      this.#stdout += `${line}\n`;
      if (isJson) this.events.push(JSON.parse(line));
      this.#wake();
    });
    stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
      this.#wake();
    });
    this.ended = new Promise((resolve, reject) => {
      this.#child.once('error', reject);
      this.#child.once('close', (code) => {
        this.#over = { code, stdout: this.#stdout, stderr: this.#stderr };
        resolve(this.#over);
        this.#wake();
      });
    });
    onTestFinished(async () => {
      await this.kill();
    });
  }

  get pid(): number {
    const { pid } = this.#child;
    if (pid === undefined) throw new Error('it was not started');
    return pid;
  }

  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** Events of one name so far. */
  all<E extends keyof Known>(name: E): Known[E][] {
    return this.events.filter(({ event }) => event === name) as Known[E][];
  }

  /** The first event, past or to come, of that name that `fits`; rejects when it ends before. */
  event<E extends keyof Known>(name: E, fits: (event: Known[E]) => boolean = () => true): Promise<Known[E]> {
    return this.until(() => this.all(name).find(fits), name);
  }

  /** The first thing that `look`, which is asked whenever it has written something, does not return undefined for. */
  async until<T>(look: () => T | undefined, what: string): Promise<T> {
    for (;;) {
      const seen = look();
      if (seen !== undefined) return seen;
      if (this.#over !== undefined) throw new Error(`${this.#line} ended without ${what}: ${this.#log()}`);
      await this.#news(what);
    }
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Asks it to end as Ctrl-C does. */
  interrupt(): Promise<Ended> {
    this.signal('SIGINT');
    return this.ended;
  }

  kill(): Promise<Ended> {
    this.signal('SIGKILL');
    return this.ended;
  }

  #news(what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`${this.#line}: no ${what} in time: ${this.#log()}`)),
        PATIENCE,
      );
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      this.#waiting.add(wake);
    });
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  #log(): string {
    return JSON.stringify([this.#over?.code, this.#stdout.slice(-2000), this.#stderr.slice(-2000)]);
  }
}

/** Starts `rain` with `--json`. */
export function rain(args: readonly string[], options?: RainOptions): Rain {
  return new Rain([...args, '--json'], options);
}

/** Runs `rain` as a person does, to its end. */
export function told(args: readonly string[], options?: RainOptions): Promise<Ended> {
  return new Rain(args, options).ended;
}

/** Shares on the loopback, found by nobody who is not told; resolves when it serves. */
export async function share(
  args: readonly string[],
  options?: RainOptions,
): Promise<{ readonly node: Rain; readonly shared: SharedEvent; readonly address: string }> {
  const node = rain(['share', ...args, '--bind', '127.0.0.1', '--no-lan'], options);
  const shared = await node.event('shared');
  return { node, shared, address: `127.0.0.1:${shared.port}` };
}

/** Fetches from servers that are named, into a folder. */
export function get(
  link: string,
  from: readonly string[],
  out: string,
  more: readonly string[] = [],
  options?: RainOptions,
): Rain {
  const servers = from.flatMap((address) => ['--from', address]);
  return rain(['get', link, ...servers, '--out', out, '--no-lan', ...more], options);
}
