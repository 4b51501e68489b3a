/**
 * Which code has run, from the counters that V8 keeps for each block of a function (the protocol's domain Profiler).
 * Asking for them takes about a millisecond, so it is done for many inputs at once.
 */
import { type Profiler, Session } from 'node:inspector';

export class Coverage {
  readonly #session = new Session();
  /** For each function, by script and place, which of its characters have run. */
  readonly #seen = new Map<string, Uint8Array>();

  constructor() {
    this.#session.connect();
    this.#post('Profiler.enable');
    // With counts: without them V8 reports a block once and never again, also what ran before.
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    this.#take();
  }

  /** Whether anything has run since the last question that had not run before it; `learn`: it will have, then. */
  grew({ learn }: { readonly learn: boolean }): boolean {
    let grew = false;
    for (const { url, scriptId, functions } of this.#take()) {
      if (isOwn(url)) continue;
      for (const { ranges } of functions) if (this.#compare(scriptId, ranges, learn)) grew = true;
    }
    return grew;
  }

  /** Functions of which something has run. */
  get functions(): number {
    return this.#seen.size;
  }

  close(): void {
    this.#session.disconnect();
  }

  /** The first range is the function, the others are parts of it, each behind the one that it lies in. */
  #compare(scriptId: string, ranges: readonly Profiler.CoverageRange[], learn: boolean): boolean {
    const [{ startOffset: start, endOffset: end, count: calls }] = ranges;
    if (calls === 0) return false;
    const ran = new Uint8Array(end - start);
    for (const { startOffset, endOffset, count } of ranges) {
      ran.fill(count > 0 ? 1 : 0, startOffset - start, endOffset - start);
    }
    const key = `${scriptId}:${start}:${end}`;
    const seen = this.#seen.get(key);
    if (seen === undefined) {
      if (learn) this.#seen.set(key, ran);
      return true;
    }
    let grew = false;
    for (let at = 0; at < ran.length; at++) {
      if (ran[at] <= seen[at]) continue;
      grew = true;
      if (learn) seen[at] = 1;
    }
    return grew;
  }

  #take(): readonly Profiler.ScriptCoverage[] {
    let result: readonly Profiler.ScriptCoverage[] = [];
    // Answered before it returns, as the session is one with this thread.
    this.#session.post('Profiler.takePreciseCoverage', (error, coverage) => {
      if (error !== null) throw error;
      result = coverage.result;
    });
    return result;
  }

  #post(method: 'Profiler.enable'): void {
    this.#session.post(method);
  }
}

/** What only tests: Node itself, and the fuzzer with its targets. */
function isOwn(url: string): boolean {
  return url === '' || url.startsWith('node:') || /\/test\/fuzz\/(targets\/)?[^/]+$/.test(url);
}
