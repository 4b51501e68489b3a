/** An engine over a node that tests speak for. */
import type { NodeOptions, NodeSnapshot, Problem, TransferSnapshot } from '../../core/api.ts';
import { Engine, type OpenNode } from '../../main/node/engine.ts';
import type { RemoteNodeHost } from '../../main/node/remote-node.ts';
import type { Engine as EngineState, Store, StorePut } from '../../preload/contract.ts';
import { nodeSnapshot } from '../node/snapshots.ts';

export const OPTIONS: NodeOptions = { dataDir: '/data', lan: false, takeUp: true };

export interface Call {
  readonly command: string;
  readonly args: readonly unknown[];
}

/** Opens nodes that write down what they are asked, and answer what the test says. */
export class FakeNodes {
  readonly opened: NodeOptions[] = [];
  readonly calls: Call[] = [];
  readonly states: EngineState[] = [];
  readonly completed: TransferSnapshot[] = [];
  readonly problems: Problem[] = [];
  readonly stores: Store[] = [];
  readonly puts: (readonly StorePut[])[] = [];
  /** What opening rejects with, one after the other. */
  readonly refusals: unknown[] = [];
  snapshot = nodeSnapshot();
  answer: (call: Call) => unknown = () => undefined;
  /** Of the node that was opened last. */
  host: RemoteNodeHost | undefined;

  readonly engine = new Engine({
    start: (options, host) => this.#open(options, host),
    stateChanged: (state) => this.states.push(state),
    event: () => undefined,
    store: (store) => this.stores.push(store),
    puts: (puts) => this.puts.push(puts),
    completed: (done) => this.completed.push(done),
    problem: (problem) => this.problems.push(problem),
  });

  async #open(options: NodeOptions, host: RemoteNodeHost): Promise<OpenNode> {
    this.opened.push(options);
    if (this.refusals.length > 0) throw this.refusals.shift();
    this.host = host;
    host.opened(this.snapshot);
    const call = async (command: string, ...args: unknown[]): Promise<unknown> => {
      this.calls.push({ command, args });
      return this.answer({ command, args });
    };
    return { call: call as OpenNode['call'], close: async () => undefined };
  }
}

/** An engine that is open over these rows. */
export async function openEngine(rows: Partial<NodeSnapshot> = {}): Promise<FakeNodes> {
  const nodes = new FakeNodes();
  nodes.snapshot = nodeSnapshot(rows);
  await nodes.engine.open(OPTIONS);
  return nodes;
}
