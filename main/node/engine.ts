/** The engine as the app sees it: opened, failed and opened again, while its state stays at hand in the mirror. */
import type { NodeEvent, NodeOptions, Problem, TransferSnapshot } from '../../core/api.ts';
import { Failure } from '../../core/failure.ts';
import type { Engine as EngineState, Store, StorePut } from '../../preload/contract.ts';
import { problemOf } from '../problem.ts';
import { Mirror } from './mirror.ts';
import type { Command, Commands } from './node-messages.ts';
import { ANY_PORT } from './node-options.ts';
import type { RemoteNode, RemoteNodeHost } from './remote-node.ts';

/** What the engine wants of a node in another thread. */
export type OpenNode = Pick<RemoteNode, 'call' | 'close'>;

export interface EngineHost {
  /** Starts a thread with a node; rejects with the Failure of opening it. */
  start(options: NodeOptions, host: RemoteNodeHost): Promise<OpenNode>;
  stateChanged(state: EngineState): void;
  /** The mirror knows of it already. */
  event(event: NodeEvent): void;
  completed(transfer: TransferSnapshot): void;
  /** What became of the store; that it runs at all is asked for by `runStore`. */
  store(store: Store): void;
  /** The files on their way into the store. */
  puts(puts: readonly StorePut[]): void;
  /** Something that stops nothing, to be told once. */
  problem(problem: Problem): void;
}

export class Engine {
  readonly mirror = new Mirror();
  readonly #host: EngineHost;
  #state: EngineState = { state: 'opening' };
  #node: OpenNode | undefined;
  #opening: Promise<void> = Promise.resolve();
  #isOpening = false;

  constructor(host: EngineHost) {
    this.#host = host;
  }

  get state(): EngineState {
    return this.#state;
  }

  /** Opens the node; what goes wrong is the state afterwards. Does nothing while it is open or opening. */
  open(options: NodeOptions): Promise<void> {
    if (this.#isOpening || this.#state.state === 'open') return this.#opening;
    this.#isOpening = true;
    if (this.#state.state === 'failed') this.#change({ state: 'opening' });
    this.#opening = this.#open(options).finally(() => {
      this.#isOpening = false;
    });
    return this.#opening;
  }

  /** Resolves when it is known whether the engine opens. */
  settled(): Promise<void> {
    return this.#opening;
  }

  /** Runs a command of the node, once it is open; rejects with its Failure, or with that of opening. */
  async call<C extends Command>(
    command: C,
    ...args: Parameters<Commands[C]>
  ): Promise<Awaited<ReturnType<Commands[C]>>> {
    await this.#opening;
    const node = this.#node;
    if (node === undefined) throw this.#failure();
    try {
      return await node.call(command, ...args);
    } catch (error) {
      // The socket is opened by the first command that needs one; later it is another port that is taken.
      if (command === 'configure' || this.mirror.isListening || !this.#isTold(error)) throw error;
      await node.call('configure', ANY_PORT);
      return node.call(command, ...args);
    }
  }

  /** Flushes and closes; the engine is not used any more. */
  async close(): Promise<void> {
    await this.#opening;
    await this.#node?.close();
  }

  async #open(options: NodeOptions): Promise<void> {
    try {
      this.#node = await this.#start(options);
      this.#change({ state: 'open' });
    } catch (error) {
      this.#fail(problemOf(error));
    }
  }

  /** Whom a taken port would keep from sharing what is shared is better off with another one, and a word about it. */
  async #start(options: NodeOptions): Promise<OpenNode> {
    const host: RemoteNodeHost = {
      opened: (snapshot) => this.mirror.reset(snapshot),
      event: (event) => this.#heard(event),
      store: (store) => this.#host.store(store),
      puts: (puts) => this.#host.puts(puts),
      died: (problem) => this.#fail(problem),
    };
    try {
      return await this.#host.start(options, host);
    } catch (error) {
      const { port, ...anyPort } = options;
      if (port === undefined || !this.#isTold(error)) throw error;
      return this.#host.start(anyPort, host);
    }
  }

  /** A port that is taken is told, and another one will do. */
  #isTold(error: unknown): error is Failure {
    const isTaken = error instanceof Failure && error.code === 'port-taken';
    if (isTaken) this.#host.problem(problemOf(error));
    return isTaken;
  }

  #heard(event: NodeEvent): void {
    const completed = completedBy(event, this.mirror);
    this.mirror.apply(event);
    this.#host.event(event);
    if (completed !== undefined) this.#host.completed(completed);
  }

  #fail(problem: Problem): void {
    this.#node = undefined;
    this.mirror.reset();
    this.#host.store({ state: 'off' });
    this.#host.puts([]);
    this.#change({ state: 'failed', problem });
  }

  #change(state: EngineState): void {
    this.#state = state;
    this.#host.stateChanged(state);
  }

  #failure(): Failure {
    if (this.#state.state !== 'failed') return new Failure('interrupted', 'The engine is not open.');
    const { code, message, hint } = this.#state.problem;
    return new Failure(code, message, hint);
  }
}

/** The transfer that this event completes; `mirror` does not know of the event yet. */
function completedBy(event: NodeEvent, mirror: Mirror): TransferSnapshot | undefined {
  if (event.type !== 'transfer' || event.transfer.state !== 'done') return undefined;
  const before = mirror.transfers.get(event.transfer.key);
  return before === undefined || before.state === 'done' ? undefined : event.transfer;
}
