/** A simulated cluster: its nodes, their network, and what they have in the end. */
import { type EntryId, encodeRecord } from '../../../../core/murky/record.ts';
import { seeded } from '../../../../core/protocol/random.ts';
import { GOOD, Network, type NetworkProperties } from './network.ts';
import { hex, type NodeProperties, SimulatedNode } from './node.ts';
import { Timeline } from './timeline.ts';

export const SECRET = new Uint8Array(32).fill(7);

export class Stage {
  readonly timeline = new Timeline();
  readonly network: Network;
  readonly nodes: SimulatedNode[] = [];
  readonly #byAddress = new Map<string, SimulatedNode>();
  readonly #seed: number;

  constructor(seed: number, properties: NetworkProperties = GOOD) {
    this.#seed = seed;
    this.network = new Network(this.timeline, seeded(seed), properties);
  }

  /** A node that lists all that were added before, unless told otherwise; it has yet to be started. */
  add(properties: Partial<NodeProperties> = {}): SimulatedNode {
    const number = this.nodes.length;
    const all: NodeProperties = {
      address: addressOf(number),
      id: (number + 1).toString(16).padStart(16, 'a'),
      secret: SECRET,
      listed: this.nodes.map((node) => node.properties.address),
      autoAddPeers: true,
      skew: 0,
      unlucky: 0,
      ...properties,
    };
    const seed = this.#seed * 1000 + number;
    const node = new SimulatedNode(all, this.network, seed, (address) => this.#byAddress.get(address));
    this.nodes.push(node);
    this.#byAddress.set(all.address, node);
    return node;
  }

  /** Adds and starts `count` nodes, and gives them the time to meet. */
  gather(count: number, properties: Partial<NodeProperties> = {}): SimulatedNode[] {
    const nodes = Array.from({ length: count }, () => this.add(properties));
    for (const node of nodes) node.start();
    this.run(5000);
    return nodes;
  }

  run(duration: number): void {
    this.timeline.runUntil(this.timeline.now + duration);
  }

  get up(): SimulatedNode[] {
    return this.nodes.filter(({ cluster }) => cluster !== undefined);
  }

  /** Whether all nodes that are up have the same records. */
  get isAlike(): boolean {
    return new Set(this.up.map(fingerprint)).size === 1;
  }

  /** Runs until all are alike, for `deadline` ms at most. Whether they are. */
  runUntilAlike(deadline: number): boolean {
    const end = this.timeline.now + deadline;
    while (!this.isAlike && this.timeline.now < end) this.run(1000);
    return this.isAlike;
  }
}

export function addressOf(number: number): string {
  return `10.0.0.${number + 1}:1980`;
}

export function entryId(number: number): EntryId {
  return number.toString(16).padStart(16, '0');
}

function fingerprint(node: SimulatedNode): string {
  return node.catalogue
    .within(0, 2 ** 48, Number.POSITIVE_INFINITY)
    .map((record) => hex(encodeRecord(record)))
    .join();
}
