/**
 * Networks of the test's own: namespaces on one switch, without default route. Needs root, Linux and iproute2.
 * Names carry the process id, so that runs do not meet.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface Event {
  readonly type: string;
  readonly nodeId?: string;
  readonly host?: string;
  readonly port?: number;
  readonly code?: string;
  readonly message?: string;
}

/** ms; more than the interval at which a node looks at its interfaces. */
const PATIENCE = 30_000;

export interface NetworkShape {
  readonly hosts: number;
  readonly ipv4: boolean;
  readonly ipv6: boolean;
}

/** Why this machine cannot have such networks; undefined: it can. */
export function whyNoNamespaces(): string | undefined {
  if (process.platform !== 'linux') return 'namespaces are a feature of Linux';
  if (process.getuid?.() !== 0) return 'not root';
  const probe = `rain-${process.pid}-probe`;
  try {
    ip('netns', 'add', probe);
    ip('netns', 'del', probe);
    return undefined;
  } catch (error) {
    return `ip netns does not work: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Hosts 0, 1, ... have 10.77.0.(n+1)/24 and fe80::(n+1)/64 on `eth0`; dispose of it whatever happens. */
export class Network implements AsyncDisposable {
  static #made = 0;
  static readonly #standing = new Set<Network>();
  readonly #prefix = `rain-${process.pid}-${Network.#made++}`;
  readonly #namespaces: string[] = [];
  readonly #processes: HostProcess[] = [];

  /** For `afterAll`: a test that ran out of time has not disposed of its network. */
  static async removeAll(): Promise<void> {
    await Promise.all([...Network.#standing].map((network) => network[Symbol.asyncDispose]()));
  }

  constructor(shape: NetworkShape) {
    Network.#standing.add(this);
    try {
      this.#build(shape);
    } catch (error) {
      this.#removeNamespaces();
      Network.#standing.delete(this);
      throw error;
    }
  }

  /** Runs a script of this folder on a host. */
  run(host: number, script: string, ...args: string[]): HostProcess {
    const started = new HostProcess(this.#namespaces[host], script, args);
    this.#processes.push(started);
    return started;
  }

  /** What stands in front of a command to run it on a host. */
  on(host: number): readonly string[] {
    return ['ip', 'netns', 'exec', this.#namespaces[host]];
  }

  /** `ip` on a host. */
  ip(host: number, ...args: string[]): void {
    ip('-n', this.#namespaces[host], ...args);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#processes.splice(0).map((each) => each.kill()));
    this.#removeNamespaces();
    Network.#standing.delete(this);
  }

  #build({ hosts, ipv4, ipv6 }: NetworkShape): void {
    for (let host = 0; host < hosts; host++) this.#add(`${this.#prefix}-${host}`);
    const wire = this.#add(`${this.#prefix}-switch`);
    ip('-n', wire, 'link', 'add', 'br0', 'type', 'bridge', 'forward_delay', '0', 'mcast_snooping', '0');
    ip('-n', wire, 'link', 'set', 'br0', 'up');
    for (let host = 0; host < hosts; host++) {
      const port = `port${host}`;
      const namespace = this.#namespaces[host];
      ip('-n', wire, 'link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace);
      ip('-n', wire, 'link', 'set', port, 'master', 'br0', 'up');
      this.ip(host, 'link', 'set', 'eth0', 'addrgenmode', 'none', 'up');
      if (ipv4) this.ip(host, 'addr', 'add', `10.77.0.${host + 1}/24`, 'dev', 'eth0');
      if (ipv6) this.ip(host, 'addr', 'add', `fe80::${host + 1}/64`, 'dev', 'eth0', 'nodad');
    }
  }

  #add(namespace: string): string {
    ip('netns', 'add', namespace);
    this.#namespaces.push(namespace);
    ip('-n', namespace, 'link', 'set', 'lo', 'up');
    return namespace;
  }

  #removeNamespaces(): void {
    for (const namespace of this.#namespaces.splice(0)) ip('netns', 'del', namespace);
  }
}

/** A script that tells what happens in lines of JSON. */
export class HostProcess {
  readonly #child: ChildProcess;
  /** The exit status, once it has ended and all it said has been read. */
  readonly #exited: Promise<number | null>;
  #over = false;
  readonly #events: Event[] = [];
  readonly #waiting = new Set<() => void>();
  #errors = '';

  constructor(namespace: string, script: string, args: readonly string[]) {
    const path = fileURLToPath(new URL(script, import.meta.url));
    this.#child = spawn('ip', ['netns', 'exec', namespace, process.execPath, path, ...args]);
    this.#exited = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.stdin?.on('error', () => {}); // it may be gone when told to close
    this.#child.stderr?.on('data', (text) => {
      this.#errors += text;
    });
    if (this.#child.stdout === null) throw new Error('no output to read');
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      this.#events.push(JSON.parse(line));
      this.#wake();
    });
    void this.#exited.then(() => {
      this.#over = true;
      this.#wake();
    });
  }

  tell(command: string): void {
    this.#child.stdin?.write(`${command}\n`);
  }

  /** The first event, past or to come, that has all of `wanted`; throws when the process ends before. */
  async event(wanted: Event): Promise<Event> {
    for (;;) {
      const match = this.#events.find((event) =>
        Object.entries(wanted).every(([key, value]) => event[key as keyof Event] === value),
      );
      if (match !== undefined) return match;
      if (this.#over) throw new Error(`ended without ${JSON.stringify(wanted)}: ${this.#log()}`);
      await this.#news(wanted);
    }
  }

  events(): readonly Event[] {
    return this.#events;
  }

  /** Asks it to close and resolves with the exit status. */
  async close(): Promise<number | null> {
    this.tell('close');
    return this.#exited;
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#exited;
  }

  #news(wanted: Event): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`no ${JSON.stringify(wanted)} in time: ${this.#log()}`)),
        PATIENCE,
      );
      const wake = () => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        resolve();
      };
      this.#waiting.add(wake);
    });
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
  }

  #log(): string {
    return `${JSON.stringify(this.#events)} ${this.#errors}`;
  }
}

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
