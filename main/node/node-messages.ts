/** What the main thread and the thread of the node tell each other. */
import type { Node, NodeEvent, NodeOptions, NodeSnapshot, Problem } from '../../core/api.ts';

/** Commands of a node that return a promise: all a window needs; the rest follows from events. */
export type Command = {
  [K in keyof Node]: Node[K] extends (...args: never[]) => Promise<unknown> ? K : never;
}[keyof Node];

export interface NodeThreadStart {
  readonly options: NodeOptions;
}

export interface ToNodeThread {
  readonly call: number;
  readonly command: Command;
  readonly args: readonly unknown[];
}

export type FromNodeThread =
  | { readonly type: 'open'; readonly snapshot: NodeSnapshot }
  | { readonly type: 'failed'; readonly problem: Problem }
  | { readonly type: 'event'; readonly event: NodeEvent }
  | { readonly type: 'answer'; readonly call: number; readonly result: unknown }
  | { readonly type: 'refusal'; readonly call: number; readonly problem: Problem };
