/** The command line as processes of their own, spoken with as scripts do, to be killed at will. */
import { type ChildProcess, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { LeftOut } from '../../core/api.ts';
import type { Refused } from '../../core/failure.ts';
import { temporaryFolder } from '../content/temporary.ts';

const INDEX = fileURLToPath(new URL('../../cli/index.ts', import.meta.url));
/** Most of a short run is the stripping of types: done once, it halves the time of all these tests. */
const ENVIRONMENT = { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'rain-e2e-compiled') };
/** ms; far more than anything that is waited for takes on a slow machine. */
const PATIENCE = 30_000;

export interface ServerLine {
  readonly address: string;
  readonly found: string;
  readonly state: string;
  readonly droplets: number;
  readonly bytes: number;
  readonly share: number;
  readonly loss: number;
  readonly rttMs: number | null;
}

interface Trouble {
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
  readonly refused?: Refused;
}

/** What `--json` says, by the name of the event. */
export interface RainEvents {
  shared: {
    readonly id: string;
    readonly link: string;
    readonly name: string;
    readonly bytes: number;
    readonly files: number;
    readonly leftOut?: LeftOut;
    readonly port: number;
    readonly addresses: readonly string[];
  };
  listening: { readonly http: string; readonly port: number };
  store: {
    readonly entries: number;
    readonly peers: readonly { readonly address: string; readonly state: string }[];
  };
  entry: { readonly what: string; readonly id: string };
  start: {
    readonly id: string;
    readonly name: string;
    readonly bytes: number;
    readonly files: number;
    readonly folders: number;
    readonly resumedBytes: number;
  };
  progress: {
    readonly verified: number;
    readonly bytes: number;
    readonly rate: number;
    readonly eta: number | null;
    readonly overhead: number;
    readonly state: string;
    readonly servers: readonly (ServerLine & { readonly rate: number })[];
  };
  done: {
    readonly path: string;
    readonly bytes: number;
    readonly leftOut?: LeftOut;
    readonly seconds: number;
    readonly resumedBytes: number;
    readonly wireBytes: number;
    readonly overhead: number;
    readonly droplets: {
      readonly needed: number;
      readonly received: number;
      readonly source: number;
      readonly repair: number;
      readonly duplicate: number;
      readonly late: number;
      readonly rejected: number;
    };
    readonly servers: readonly ServerLine[];
  };
  /** Told on the way; an `error` ends it. */
  problem: Trouble;
  error: Trouble;
}

type Name = keyof RainEvents;

/** An event, and when it was heard, ms of the monotonic clock. */
export type Heard<K extends Name> = RainEvents[K] & { readonly event: K; readonly at: number };

type AnyHeard = { [K in Name]: Heard<K> }[Name];

export interface Exit {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RainOptions {
  /** Data folder; default: that of the arguments, else a new one. */
  readonly data?: string;
  /** Programs and their arguments in front of it, such as `ip netns exec NAME`. */
  readonly through?: readonly string[];
  /** What is run; default: the sources. */
  readonly index?: string;
}

/** One process of the command line; it is killed when the running test ends, whatever happens. */
export class Rain {
  readonly pid: number;
  /** Resolves when the process is gone and all that it said is heard. */
  readonly exit: Promise<Exit>;
  readonly #child: ChildProcess;
  readonly #line: string;
  readonly #events: AnyHeard[] = [];
  readonly #waiting = new Set<() => void>();
  #over: Exit | undefined;
  #stdout = '';
  #stderr = '';

  constructor(args: readonly string[], { data, through = [], index = INDEX }: RainOptions = {}) {
    const folder = data ?? (args.includes('--data') ? undefined : temporaryFolder());
    const whole = folder === undefined ? args : [...args, '--data', folder];
    const [program, ...rest] = [...through, process.execPath, index, ...whole];
    this.#line = `rain ${args.join(' ')}`;
    this.#child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'pipe'], env: ENVIRONMENT });
    const { pid, stdout, stderr } = this.#child;
    if (pid === undefined || stdout === null || stderr === null) throw new Error('no process was started');
    this.pid = pid;
    createInterface({ input: stdout }).on('line', (line) => {
      this.#stdout += `${line}\n`;
      const event = parse(line);
      if (event !== undefined) this.#events.push(event);
      this.#wake();
    });
    stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr += text;
      this.#wake();
    });
    this.exit = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => {
        this.#over = { code, signal, stdout: this.#stdout, stderr: this.#stderr };
        resolve(this.#over);
        this.#wake();
      });
    });
    onTestFinished(async () => void (await this.kill()));
  }

  /** All of standard output so far. */
  get stdout(): string {
    return this.#stdout;
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** All events of a name so far. */
  heard<K extends Name>(name: K): readonly Heard<K>[] {
    return this.#events.filter((event): event is AnyHeard & Heard<K> => event.event === name);
  }

  /** Resolves with the first event, heard already or to come, that fits; rejects when the process ends without. */
  until<K extends Name>(name: K, fits: (event: Heard<K>) => boolean = () => true): Promise<Heard<K>> {
    return this.when(`"${name}"`, () => this.heard(name).find(fits));
  }

  /** As {@link until}, for anything that `look`, asked whenever the process has said something, finds. */
  async when<T>(what: string, look: () => T | undefined): Promise<T> {
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      if (this.#over !== undefined) throw new Error(`${this.#line} ended without ${what}: ${this.#words()}`);
      await this.#news(what);
    }
  }

  /** Sends a signal, and resolves when the process is gone. */
  kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<Exit> {
    this.#child.kill(signal);
    return this.exit;
  }

  #news(what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiting.delete(wake);
        reject(new Error(`${this.#line}: no ${what} in time: ${this.#words()}`));
      }, PATIENCE);
      this.#waiting.add(wake);
    });
  }

  #wake(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  #words(): string {
    return `${this.#stdout.slice(-2000)} ${this.#stderr.slice(-2000)}`;
  }
}

/** Starts `rain ...args --json` with local discovery off. */
export function startRain(...args: readonly string[]): Rain {
  return new Rain([...args, '--json', '--no-lan']);
}

export interface Serving {
  readonly node: Rain;
  readonly shared: Heard<'shared'>;
  /** Where it is to be found. */
  readonly address: string;
}

/** Shares on the loopback; resolves when it serves. */
export async function share(...args: readonly string[]): Promise<Serving> {
  const node = startRain('share', ...args, '--bind', '127.0.0.1');
  const shared = await node.until('shared');
  return { node, shared, address: `127.0.0.1:${shared.port}` };
}

/** Fetches from servers that are named, into a folder. */
export function get(link: string, from: readonly string[], out: string, ...more: readonly string[]): Rain {
  return startRain('get', link, ...from.flatMap((address) => ['--from', address]), '--out', out, ...more);
}

/** A line that a kill has cut off says nothing, and neither does text for people. */
function parse(line: string): AnyHeard | undefined {
  try {
    return { ...JSON.parse(line), at: performance.now() };
  } catch {
    return undefined;
  }
}
