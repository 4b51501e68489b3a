/**
 * The serving side's slots: blocks that clients want are read once, for all of them, and kept as long as there is
 * room. Source droplets are copied from a slot, repair droplets are made from the intermediate symbols in it.
 */
import type { MessagePort } from 'node:worker_threads';
import { realSymbols } from '../content/layout.ts';
import type { Encoder } from '../fountain/encoder.ts';
import type { Scratch } from '../fountain/workspace.ts';
import type { Lookup, Spring } from '../protocol/server.ts';
import { MANIFEST_BLOCK } from '../wire/datagram.ts';
import { type BlockAtHand, BlocksAtHand } from './blocks-at-hand.ts';
import type { FromCodec, ToCodec } from './codec-messages.ts';
import type { Problem, SourceInfo, SpringsFigures } from './messages.ts';
import { KEPT_BYTES, RepairDroplets } from './repair-droplets.ts';

interface Open {
  readonly resource: string;
  readonly info: SourceInfo;
  readonly spring: Spring;
}

export interface SpringsHost {
  readonly memory: Uint8Array;
  readonly encoder: Encoder;
  readonly slots: readonly number[];
  /** Places for intermediate symbols. */
  readonly intermediates: readonly number[];
  /** Where repair droplets are made, a run at a time. */
  readonly room: Scratch;
  readonly codecs: readonly MessagePort[];
  now(): number;
  /** Ask the node what it has of a resource; it answers by `found`. */
  find(resource: string): void;
  /** Somebody wants a resource of which the node has not answered yet. */
  unknown(resource: string): void;
  /** Blocks of a resource have become ready, or there may be room for them. */
  ready(resource: string): void;
  /** Calls `retry` a moment later. */
  later(retry: () => void): void;
  failed(resource: string, source: number, problem: Problem): void;
}

/** Resources known, and resources known not to be here, that are remembered. */
const MAX_OPEN = 4096;
const MAX_ABSENT = 4096;
/** How long it is remembered that a resource is not here, ms. */
const ABSENT_FOR = 1000;
/** Questions to the node that may be open at once; more are dropped, the clients ask again. */
const MAX_QUESTIONS = 256;

export class Springs {
  readonly #host: SpringsHost;
  readonly #open = new Map<string, Open>();
  readonly #absent = new Map<string, number>();
  readonly #asked = new Set<string>();
  readonly #atHand: BlocksAtHand;
  /** Resources of which a block waits for room. */
  readonly #starved = new Set<string>();
  /** Repair droplets that were made of the intermediate symbols in each place. */
  readonly #kept = new Map<number, Uint8Array>();
  #read = 0;
  #presolved = 0;
  #made = 0;

  constructor(host: SpringsHost) {
    this.#host = host;
    this.#atHand = new BlocksAtHand(host.slots, host.intermediates);
  }

  get figures(): SpringsFigures {
    return { read: this.#read, presolved: this.#presolved, made: this.#made };
  }

  readonly lookup: Lookup = (resource) => {
    const open = this.#open.get(resource);
    if (open !== undefined) return open.spring;
    const absentUntil = this.#absent.get(resource);
    if (absentUntil !== undefined && absentUntil > this.#host.now()) return null;
    if (!this.#asked.has(resource) && this.#asked.size < MAX_QUESTIONS) {
      this.#asked.add(resource);
      this.#host.find(resource);
    }
    if (this.#asked.has(resource)) this.#host.unknown(resource);
    return undefined;
  };

  /** The node's answer. */
  found(resource: string, info: SourceInfo | null): void {
    this.#asked.delete(resource);
    if (info === null) {
      remember(this.#absent, resource, this.#host.now() + ABSENT_FOR, MAX_ABSENT);
      return;
    }
    this.#absent.delete(resource);
    remember(this.#open, resource, { resource, info, spring: this.#springOf(resource, info) }, MAX_OPEN);
  }

  drop(resource: string): void {
    const open = this.#open.get(resource);
    this.#open.delete(resource);
    if (open !== undefined) this.#atHand.removeSource(open.info.source);
  }

  /** A codec has done what it was asked. */
  loaded(message: FromCodec & { type: 'loaded' }): void {
    const block = this.#atHand.find(message.source, message.block);
    if (block === undefined) return;
    const open = this.#openOf(message.source);
    if (message.problem !== undefined || open === undefined) {
      this.#atHand.remove(block);
      if (message.problem !== undefined && open !== undefined) {
        this.#host.failed(open.resource, message.source, message.problem);
      }
      return;
    }
    block.state = 'loaded';
    block.presolved = message.presolved ? 'yes' : 'no';
    if (block.wantsRepair && !message.presolved) this.#presolve(open.resource, open.info, block);
    this.#host.ready(open.resource);
  }

  #springOf(resource: string, info: SourceInfo): Spring {
    const { layout } = info;
    const manifestLayout = { ...layout, length: info.manifestBytes };
    const realOf = (block: number): number =>
      block >= MANIFEST_BLOCK
        ? realOrNone(manifestLayout, block - MANIFEST_BLOCK)
        : realOrNone(layout, block);
    return {
      manifestBytes: info.manifestBytes,
      symbolSize: layout.symbolSize,
      blockSymbols: layout.symbolsPerBlock,
      profile: info.profile,
      name: info.name,
      realSymbols: realOf,
      ready: (block, repair) => this.#ready(resource, info, block, repair),
      write: (block, id, count, into, at) =>
        this.#write(info, block, Math.max(4, realOf(block)), id, count, into, at),
    };
  }

  #ready(resource: string, info: SourceInfo, index: number, repair: boolean): boolean {
    const block = this.#atHand.find(info.source, index);
    const now = this.#host.now();
    if (block === undefined) {
      const added = this.#atHand.add(now, info.source, index);
      if (added === undefined) this.#waitForRoom(resource);
      else {
        added.wantsRepair = repair;
        this.#load(info, added);
      }
      return false;
    }
    block.usedAt = now;
    if (!repair) return block.state === 'loaded';
    block.wantsRepair = true;
    if (block.state === 'loaded' && block.presolved === 'no') this.#presolve(resource, info, block);
    return block.presolved === 'yes';
  }

  #load(info: SourceInfo, { source, block, slot }: BlockAtHand): void {
    this.#read++;
    this.#tell(info, { type: 'load', source, block, slot });
  }

  #presolve(resource: string, info: SourceInfo, block: BlockAtHand): void {
    const intermediate = this.#atHand.addIntermediate(this.#host.now(), block);
    if (intermediate === undefined) {
      this.#waitForRoom(resource);
      return;
    }
    block.presolved = 'running';
    this.#presolved++;
    const { source, block: index, slot } = block;
    this.#tell(info, { type: 'presolve', source, block: index, slot, intermediate });
  }

  #tell({ codec }: SourceInfo, message: ToCodec): void {
    this.#host.codecs[codec].postMessage(message);
  }

  #write(
    info: SourceInfo,
    index: number,
    coded: number,
    id: number,
    count: number,
    into: Uint8Array,
    at: number,
  ): void {
    const block = this.#atHand.find(info.source, index);
    if (block === undefined) throw new Error(`block ${index} was poured before it was ready`);
    const size = info.layout.symbolSize;
    if (id < coded) {
      const from = block.slot + id * size;
      into.set(this.#host.memory.subarray(from, from + count * size), at);
      return;
    }
    const { intermediate } = block;
    if (intermediate === undefined) throw new Error(`block ${index} was poured before it was presolved`);
    block.repairedAt = block.usedAt;
    block.repair ??= new RepairDroplets(coded, size, this.#keptOf(intermediate), (first, wanted) =>
      this.#makeRepair(intermediate, coded, size, first, wanted),
    );
    block.repair.write(id, count, into, at);
  }

  /** Used again by the next block in the place: what is left to be collected stays resident for long. */
  #keptOf(intermediate: number): Uint8Array {
    const kept = this.#kept.get(intermediate) ?? new Uint8Array(KEPT_BYTES);
    this.#kept.set(intermediate, kept);
    return kept;
  }

  #makeRepair(intermediate: number, coded: number, size: number, first: number, wanted: number) {
    const { memory, encoder, room } = this.#host;
    const made = Math.min(wanted, Math.floor(room.bytes / size));
    encoder.droplets(coded, size, intermediate, first, made, room.at);
    this.#made += made;
    return { made, room: memory.subarray(room.at, room.at + room.bytes) };
  }

  /** No codec tells when a block has not been used for long enough: it is looked at again. */
  #waitForRoom(resource: string): void {
    if (this.#starved.size === 0) {
      this.#host.later(() => {
        const starved = [...this.#starved];
        this.#starved.clear();
        for (const waiting of starved) this.#host.ready(waiting);
      });
    }
    this.#starved.add(resource);
  }

  #openOf(source: number): Open | undefined {
    for (const open of this.#open.values()) if (open.info.source === source) return open;
    return undefined;
  }
}

function realOrNone(
  layout: { length: number; symbolSize: number; symbolsPerBlock: number },
  block: number,
): number {
  const capacity = layout.symbolSize * layout.symbolsPerBlock;
  return block * capacity < layout.length ? realSymbols(layout, block) : 0;
}

function remember<K, V>(map: Map<K, V>, key: K, value: V, most: number): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.keys().next();
  if (map.size > most && oldest.done !== true) map.delete(oldest.value);
}
