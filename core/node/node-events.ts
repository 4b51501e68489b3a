/** What the hosts of a node are told, as it happens; and the problems it had lately, for those who come later. */
import type { NodeEvent, Problem } from '../api.ts';

/** Problems that are remembered. */
const MOST_PROBLEMS = 20;

export class NodeEvents {
  readonly #listeners = new Set<(event: NodeEvent) => void>();
  readonly #problems: Problem[] = [];

  /** The last ones, oldest first. */
  get problems(): Problem[] {
    return [...this.#problems];
  }

  /** Returns what ends it. */
  subscribe(listener: (event: NodeEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  emit(event: NodeEvent): void {
    for (const listener of this.#listeners) listener(event);
  }

  problem(problem: Problem): void {
    this.#problems.push(problem);
    if (this.#problems.length > MOST_PROBLEMS) this.#problems.shift();
    this.emit({ type: 'problem', problem });
  }

  /** Something the person should know that stops nothing. */
  warn(message: string): void {
    this.emit({ type: 'log', level: 'warn', message });
  }
}
