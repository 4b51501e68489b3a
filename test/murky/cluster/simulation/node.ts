/** A node of a simulated cluster: a Cluster, a disk that outlives it, and content that takes time to fetch. */
import { blake3 } from '../../../../core/content/blake3.ts';
import { Cluster, type ClusterEvent, type Moment } from '../../../../core/murky/cluster/cluster.ts';
import { MemoryCatalogue } from '../../../../core/murky/cluster/memory-catalogue.ts';
import type { ContentRecord, EntryId, EntryRecord } from '../../../../core/murky/record.ts';
import { type Random, seeded, unit } from '../../../../core/protocol/random.ts';
import type { Network } from './network.ts';

export interface NodeProperties {
  readonly address: string;
  readonly id: string;
  readonly secret: Uint8Array | undefined;
  /** Addresses of the peers that the host lists. */
  readonly listed: readonly string[];
  readonly autoAddPeers: boolean;
  /** Ahead of the true time, ms. */
  skew: number;
  /** Part of the fetches that fail for no reason, 0..1. */
  readonly unlucky: number;
  /** How long fetching an entry takes, ms; not given: by chance. */
  readonly fetching?: number;
  readonly trusts?: (address: string) => boolean;
}

/** True wall time when a simulation begins, ms since 1970. */
export const EPOCH = Date.UTC(2026, 10, 1);
/** Longest that fetching an entry takes, ms. */
const LONGEST_FETCH = 2000;

export class SimulatedNode {
  readonly properties: NodeProperties;
  readonly catalogue = new MemoryCatalogue();
  /** Digests of the contents on this node's disk, in hex. */
  readonly contents = new Set<string>();
  readonly events: ClusterEvent[] = [];
  lastContact: number | undefined;
  cluster: Cluster | undefined;
  readonly #network: Network;
  readonly #random: Random;
  readonly #findNode: (address: string) => SimulatedNode | undefined;
  /** Of the newest timer; older ones say nothing. */
  #timer = 0;
  #runs = 0;

  constructor(
    properties: NodeProperties,
    network: Network,
    seed: number,
    findNode: (address: string) => SimulatedNode | undefined,
  ) {
    this.properties = properties;
    this.#network = network;
    this.#random = seeded(seed);
    this.#findNode = findNode;
  }

  get at(): Moment {
    const { now } = this.#network.timeline;
    return { now, wall: EPOCH + now + this.properties.skew };
  }

  start(): void {
    const { address, id, secret, listed, autoAddPeers, trusts } = this.properties;
    this.#runs++;
    this.cluster = new Cluster(this.at, {
      node: id,
      catalogue: this.catalogue,
      secret,
      trusts: trusts ?? (() => true),
      random: this.#random,
      autoAddPeers,
      propagateOnStartup: true,
      lastContact: this.lastContact,
    });
    for (const peer of listed) this.cluster.addPeer(this.at, peer);
    this.#network.attach(address, (from, bytes) => {
      this.cluster?.handle(this.at, from, bytes);
      this.#pump();
    });
    this.#pump();
  }

  /** Soft state is lost; what is on disk stays. */
  stop(): void {
    this.lastContact = this.cluster?.lastContact;
    this.cluster = undefined;
    this.#timer++;
    this.#network.detach(this.properties.address);
  }

  put(id: EntryId, text: string): EntryRecord | undefined {
    const digest = digestOf(text);
    this.contents.add(hex(digest));
    const record = this.cluster?.put(this.at, { id, size: text.length, digest, contentType: 'text/plain' });
    this.#pump();
    return record;
  }

  delete(id: EntryId): EntryRecord | undefined {
    const record = this.cluster?.delete(this.at, id);
    this.#pump();
    return record;
  }

  /** Whether what the catalogue names is on the disk, all of it. */
  get isWhole(): boolean {
    return this.catalogue.within(0, 2 ** 48, Number.POSITIVE_INFINITY).every((record) => this.#has(record));
  }

  #has(record: EntryRecord): boolean {
    return record.kind === 'tombstone' || this.contents.has(hex(record.digest));
  }

  #pump(): void {
    const { cluster } = this;
    if (cluster === undefined) return;
    for (let d = cluster.pollTransmit(this.at); d !== undefined; d = cluster.pollTransmit(this.at)) {
      this.#network.send(this.properties.address, d.address, d.bytes);
    }
    for (let event = cluster.pollEvent(this.at); event !== undefined; event = cluster.pollEvent(this.at)) {
      this.#hear(event);
    }
    const timer = ++this.#timer;
    const time = cluster.pollTimeout(this.at);
    if (time === Number.POSITIVE_INFINITY) return;
    // No host wakes up sooner than a millisecond.
    this.#network.timeline.at(Math.max(time, this.at.now + 1), () => {
      if (timer !== this.#timer) return;
      cluster.handleTimeout(this.at);
      this.#pump();
    });
  }

  #hear(event: ClusterEvent): void {
    this.events.push(event);
    if (event.type === 'kept') {
      if (!this.#has(event.record)) throw new Error('kept without its content');
      if (event.replaced !== undefined) this.#collect(event.replaced);
    }
    if (event.type === 'removed') this.#collect(event.record);
    if (event.type === 'fetch') this.#fetch(event.record, event.holders);
  }

  /** Drops content that no record names any more. */
  #collect({ id, ...rest }: EntryRecord): void {
    if (rest.kind === 'tombstone') return;
    const current = this.catalogue.get(id);
    const digest = hex(rest.digest);
    if (current?.kind !== 'content' || hex(current.digest) !== digest) this.contents.delete(digest);
  }

  #fetch(record: ContentRecord, holders: readonly string[]): void {
    const run = this.#runs;
    const duration = this.properties.fetching ?? LONGEST_FETCH * unit(this.#random) ** 3;
    this.#network.timeline.after(duration, () => {
      if (this.cluster === undefined || run !== this.#runs) return;
      const found = holders.some((holder) => {
        const node = this.#findNode(holder);
        if (node === undefined || !this.#network.reaches(this.properties.address, holder)) return false;
        return node.#has(record) && unit(this.#random) >= this.properties.unlucky;
      });
      if (found) {
        this.contents.add(hex(record.digest));
        this.cluster.kept(this.at, record);
      } else {
        this.cluster.failed(this.at, record);
      }
      this.#pump();
    });
  }
}

export function digestOf(text: string): Uint8Array {
  return blake3.hash(new TextEncoder().encode(text));
}

export function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
