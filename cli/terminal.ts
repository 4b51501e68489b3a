import type { Sink } from './host.ts';

/** Results on standard output, words on standard error, and there, on a terminal, a status that is redrawn. */
export class Terminal {
  readonly #stdout: Sink;
  readonly #stderr: Sink;
  /** Whether a status can be drawn: a dumb terminal shows what would move its cursor. */
  readonly live: boolean;
  #status: readonly string[] = [];

  /** `kind`: TERM of the environment. */
  constructor(stdout: Sink, stderr: Sink, kind?: string) {
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.live = stderr.isTTY === true && kind !== 'dumb';
  }

  /** Whether a person reads standard output, not a program. */
  get watched(): boolean {
    return this.#stdout.isTTY === true;
  }

  get columns(): number {
    return this.#stderr.columns ?? 80;
  }

  /** One line on standard output. */
  result(line: string): void {
    this.#withoutStatus(() => this.#stdout.write(`${line}\n`));
  }

  /** One line on standard error. */
  say(line: string): void {
    this.#withoutStatus(() => this.#stderr.write(`${line}\n`));
  }

  /** Replaces the status; without lines it is gone. Does nothing where there is no terminal. */
  status(lines: readonly string[] = []): void {
    if (!this.live) {
      return;
    }
    const erase = eraseLines(this.#status.length);
    this.#status = lines;
    if (erase !== '' || lines.length > 0) {
      this.#stderr.write(erase + drawn(lines, this.columns));
    }
  }

  #withoutStatus(write: () => void): void {
    const lines = this.#status;
    this.status();
    write();
    this.status(lines);
  }
}

function eraseLines(lines: number): string {
  // Up by the lines, to the first column, and erase from there to the end of the screen.
  return lines === 0 ? '' : `\x1b[${lines}F\x1b[J`;
}

function drawn(lines: readonly string[], columns: number): string {
  if (lines.length === 0) {
    return '';
  }
  const cut = lines.map((line) => [...line].slice(0, columns).join(''));
  // Wide characters may still be too many. Without automatic wrapping the count of lines stays right.
  return `\x1b[?7l${cut.join('\n')}\n\x1b[?7h`;
}
