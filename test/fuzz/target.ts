/** What can be fuzzed: a parser, and what must hold whatever bytes it is given. */
export interface Target {
  readonly name: string;
  /** Inputs to begin with, beside the corpus; well formed, so that mutations of them get far. */
  readonly seeds: readonly Uint8Array[];
  /** What inputs of this kind are made of: put in where mutation alone would not hit on it. */
  readonly words: readonly (string | Uint8Array)[];
  /** Inputs looked at in one go: many where one takes microseconds. */
  readonly batch: number;
  /** Takes one input; throws when what it makes of it cannot be. Being refused is no error. */
  readonly take: (input: Uint8Array) => void | Promise<void>;
  /** Ends what `take` has begun. */
  readonly close?: () => Promise<void>;
}

/** Throws with this message unless it holds. */
export function must(holds: boolean, message: string): asserts holds {
  if (!holds) throw new Error(message);
}

export function textOf(input: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(input);
}

export function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
