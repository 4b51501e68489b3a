import type {
  DropletCounts,
  KnownServer,
  NodeSnapshot,
  Problem,
  ShareSnapshot,
  TransferSnapshot,
} from '../core/api.ts';
import type { Failure } from '../core/failure.ts';
import type { Deed } from '../core/node.ts';
import {
  type DemoResult,
  progressView,
  type Removed,
  type Report,
  type StoreView,
  serverLine,
} from './report.ts';
import type { Terminal } from './terminal.ts';
import { jsonLine } from './text.ts';

/** Milliseconds between two lines of progress, at least. */
const PROGRESS_INTERVAL = 250;

/** One object a line on standard output; progress of hashing and, when asked for, log lines on standard error. */
export class JsonReport implements Report {
  readonly #terminal: Terminal;
  readonly #verbose: boolean;
  #lastProgress = Number.NEGATIVE_INFINITY;

  constructor(terminal: Terminal, verbose: boolean) {
    this.#terminal = terminal;
    this.#verbose = verbose;
  }

  hashing(share: ShareSnapshot): void {
    if (this.#isTime()) {
      const { name, hashed, bytes } = share;
      this.#terminal.say(jsonLine({ event: 'hashing', name, hashed, bytes }));
    }
  }

  shared(share: ShareSnapshot, node: Pick<NodeSnapshot, 'port' | 'addresses'>): void {
    const { id, link, name, bytes, files, leftOut } = share;
    const { port, addresses } = node;
    this.#event('shared', { id, link, name, bytes, files, leftOut, port, addresses });
  }

  serving(): void {}

  started({ id, name, bytes, files, folders, leftOut, resumedBytes }: TransferSnapshot): void {
    this.#event('start', { id, name, bytes, files, folders, leftOut, resumedBytes });
  }

  progress(transfer: TransferSnapshot): void {
    if (transfer.bytes !== undefined && this.#isTime()) {
      const { verified, bytes, rate, eta, overhead, state, servers } = progressView(transfer);
      this.#event('progress', { verified, bytes, rate, eta: eta ?? null, overhead, state, servers });
    }
  }

  done(transfer: TransferSnapshot): void {
    const { path, bytes, leftOut, seconds, resumedBytes, wireBytes, overhead, droplets, servers } = transfer;
    this.#event('done', {
      path,
      bytes,
      leftOut,
      seconds,
      resumedBytes,
      wireBytes,
      overhead,
      droplets: dropletLine(droplets),
      servers: servers.map(serverLine),
    });
  }

  list({ shares, transfers }: NodeSnapshot): void {
    this.#event('list', {
      shares: shares.map((share) => {
        const { id, link, name, paths, state, problem, bytes, files } = share;
        return { id, link, name, paths, public: share.public, state, problem, bytes, files };
      }),
      transfers: transfers.map((transfer) => {
        const { id, link, name, state, problem, bytes, files, verified, into, path } = transfer;
        return { id, link, name, state, problem, bytes, files, verified, into, path };
      }),
    });
  }

  servers(servers: readonly KnownServer[]): void {
    this.#event('servers', { servers });
  }

  serverChanged(change: 'added' | 'removed', address: string): void {
    this.#event(change, { address });
  }

  imported(file: string, added: number): void {
    this.#event('imported', { file, added });
  }

  removed(items: readonly Removed[]): void {
    this.#event('removed', { items });
  }

  storeOpened({ http, port, addresses, figures }: StoreView): void {
    this.#event('listening', { http, port, addresses, entries: figures.entries, bytes: figures.bytes });
  }

  store({ figures, peers }: StoreView): void {
    this.#event('store', { ...figures, peers });
  }

  deed(deed: Deed): void {
    this.#event('entry', deed);
  }

  demoProgress(): void {}

  demo(result: DemoResult): void {
    this.#event('demo', result);
  }

  note(): void {}

  problem(problem: Problem): void {
    this.#event('problem', problem);
  }

  log(level: 'debug' | 'info' | 'warn', message: string): void {
    if (this.#verbose) {
      this.#terminal.say(jsonLine({ level, message }));
    }
  }

  failure({ code, message, hint, refused }: Failure): void {
    this.#event('error', { code, message, ...(hint !== '' && { hint }), ...(refused && { refused }) });
  }

  #isTime(): boolean {
    const now = performance.now();
    const isTime = now - this.#lastProgress >= PROGRESS_INTERVAL;
    if (isTime) {
      this.#lastProgress = now;
    }
    return isTime;
  }

  #event(event: string, fields: object): void {
    this.#terminal.result(jsonLine({ event, ...fields }));
  }
}

function dropletLine(counts: DropletCounts): Omit<DropletCounts, 'manifest' | 'surplus'> {
  const { needed, received, source, repair, duplicate, late, rejected } = counts;
  return { needed, received, source, repair, duplicate, late, rejected };
}
