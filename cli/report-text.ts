import type { KnownServer, NodeSnapshot, Problem, ShareSnapshot, TransferSnapshot } from '../core/api.ts';
import type { Failure, Refused } from '../core/failure.ts';
import type { Deed } from '../core/node.ts';
import {
  deedLine,
  demoSummary,
  leftOutLine,
  listing,
  progressLines,
  servingLine,
  storeLine,
  transferSummary,
} from './layout.ts';
import {
  type DemoResult,
  type ProgressView,
  progressView,
  type Removed,
  type Report,
  type StoreView,
} from './report.ts';
import type { Terminal } from './terminal.ts';
import { count, formatBytes, formatProgress, visible } from './text.ts';

/** Milliseconds between two plain lines of progress where no status can be drawn. */
const PLAIN_INTERVAL = 5000;

/** Results on standard output; progress and words, unless `quiet`, on standard error. */
export class TextReport implements Report {
  readonly #terminal: Terminal;
  readonly #quiet: boolean;
  readonly #verbose: boolean;
  #lastPlain = performance.now();
  #lastState = '';

  constructor(terminal: Terminal, options: { readonly quiet: boolean; readonly verbose: boolean }) {
    this.#terminal = terminal;
    this.#quiet = options.quiet;
    this.#verbose = options.verbose;
  }

  hashing(share: ShareSnapshot): void {
    const part = share.bytes === 0 ? 0 : share.hashed / share.bytes;
    const line = `${visible(share.name)}  reading ${formatProgress(part)} of ${formatBytes(share.bytes)}`;
    this.#status(share.state, [line]);
  }

  shared(share: ShareSnapshot, node: Pick<NodeSnapshot, 'port' | 'addresses'>): void {
    this.#terminal.status();
    this.#result(share.link);
    const kind = share.public ? 'public' : 'private';
    this.note(
      `sharing ${visible(share.name)} (${kind}, ${count(share.files, 'file')}, ${formatBytes(share.bytes)}) ` +
        `on port ${node.port}; Ctrl-C stops`,
    );
    this.#tellLeftOut(share, 'left out of what is shared');
  }

  serving(share: ShareSnapshot): void {
    if (!this.#quiet) {
      this.#terminal.status([servingLine(share)]);
    }
  }

  started(transfer: TransferSnapshot): void {
    const resumed = transfer.resumedBytes > 0 ? `, ${formatBytes(transfer.resumedBytes)} already here` : '';
    const { name, bytes = 0, files = 1, folders = 0 } = transfer;
    const inFolders = folders > 0 ? `${count(files, 'file')} in ${count(folders, 'folder')}, ` : '';
    this.note(`fetching ${visible(name)} (${inFolders}${formatBytes(bytes)}${resumed})`);
  }

  progress(transfer: TransferSnapshot): void {
    this.#progress(progressView(transfer));
  }

  done(transfer: TransferSnapshot): void {
    this.#terminal.status();
    this.note(transferSummary(transfer));
    this.#tellLeftOut(transfer, 'left out by who shared it');
    this.#result(transfer.path ?? '');
  }

  list(snapshot: NodeSnapshot): void {
    for (const line of listing(snapshot)) {
      this.#terminal.result(line);
    }
  }

  servers(servers: readonly KnownServer[]): void {
    for (const server of servers) {
      this.#terminal.result(visible(server.address));
    }
  }

  serverChanged(change: 'added' | 'removed', address: string): void {
    this.note(`${change} ${visible(address)}`);
  }

  imported(file: string, added: number): void {
    this.note(`${count(added, 'new server')} from ${visible(file)}`);
  }

  removed(items: readonly Removed[]): void {
    for (const { what, id, name } of items) {
      this.note(`removed the ${what} ${id} ${visible(name)}`);
    }
  }

  storeOpened(store: StoreView): void {
    this.note(`store on http://${store.http}, rain on port ${store.port}; Ctrl-C stops`);
    this.store(store);
  }

  store(store: StoreView): void {
    this.#status('store', [storeLine(store)]);
  }

  deed(deed: Deed): void {
    this.note(deedLine(deed));
  }

  demoProgress(view: ProgressView): void {
    this.#progress(view);
  }

  demo(result: DemoResult): void {
    this.#terminal.status();
    for (const line of demoSummary(result)) {
      this.#terminal.result(line);
    }
  }

  note(sentence: string): void {
    if (!this.#quiet) {
      this.#terminal.say(sentence);
    }
  }

  problem(problem: Problem): void {
    this.#sayWithHint(problem);
  }

  log(level: 'debug' | 'info' | 'warn', message: string): void {
    if (this.#verbose || (level === 'warn' && !this.#quiet)) {
      this.#terminal.say(`${level}: ${visible(message)}`);
    }
  }

  failure(failure: Failure): void {
    this.#terminal.status();
    this.#sayWithHint(failure);
  }

  #tellRefused({ count: all, entries }: Refused): void {
    for (const { path, reason } of entries)
      this.#terminal.say(`  ${visible(path)} cannot be shared: ${visible(reason)}`);
    if (all > entries.length) this.#terminal.say(`  and ${all - entries.length} more`);
  }

  #progress(view: ProgressView): void {
    this.#status(view.state, progressLines(view, this.#terminal.live ? this.#terminal.columns : 0));
  }

  #tellLeftOut({ leftOut }: Pick<TransferSnapshot, 'leftOut'>, how: string): void {
    if (leftOut !== undefined) this.note(leftOutLine(leftOut, how));
  }

  /** Draws a status; where that cannot be, its first line now and then, and at once when the state changes. */
  #status(state: string, lines: readonly string[]): void {
    if (this.#quiet) {
      return;
    }
    this.#terminal.status(lines);
    const now = performance.now();
    const changed = this.#lastState !== '' && state !== this.#lastState;
    if (!this.#terminal.live && (changed || now - this.#lastPlain >= PLAIN_INTERVAL)) {
      this.#terminal.say(lines[0]);
      this.#lastPlain = now;
    }
    this.#lastState = state;
  }

  /** A path or link for the next program is left as it is; a terminal gets it made harmless. */
  #result(text: string): void {
    this.#terminal.result(this.#terminal.watched ? visible(text) : text);
  }

  #sayWithHint({ message, hint, refused }: Pick<Problem | Failure, 'message' | 'hint' | 'refused'>): void {
    this.#terminal.say(`rain: ${visible(message)}`);
    if (refused !== undefined && refused.count > 1) this.#tellRefused(refused);
    if (hint !== '') {
      this.#terminal.say(visible(hint));
    }
  }
}
