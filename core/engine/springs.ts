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
import { SOURCE_BYTES } from './arena.ts';
import type { FromCodec, Problem, SourceInfo, SpringsFigures, ToCodec } from './messages.ts';
import { KEPT_BYTES, RepairDroplets } from './repair-droplets.ts';

interface Cached {
  readonly source: number;
  readonly block: number;
  readonly slot: number;
  state: 'loading' | 'loaded';
  presolved: 'no' | 'running' | 'yes';
  wantsRepair: boolean;
  usedAt: number;
  repair: RepairDroplets | undefined;
}

interface Open {
  readonly info: SourceInfo;
  readonly spring: Spring;
}

export interface SpringsHost {
  readonly memory: Uint8Array;
  readonly encoder: Encoder;
  readonly slots: readonly number[];
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
/** A block that was poured from within so many ms is in use. */
const IN_USE = 20;
/** How long it is remembered that a resource is not here, ms. */
const ABSENT_FOR = 1000;
/** Questions to the node that may be open at once; more are dropped, the clients ask again. */
const MAX_QUESTIONS = 256;

export class Springs {
  readonly #host: SpringsHost;
  readonly #open = new Map<string, Open>();
  readonly #absent = new Map<string, number>();
  readonly #asked = new Set<string>();
  readonly #cache = new Map<string, Cached>();
  /** The one that was looked for last. */
  #last: Cached | undefined;
  readonly #free: number[];
  /** Resources of which a block waits for a slot. */
  readonly #starved = new Set<string>();
  /** Repair droplets of the block in each slot. */
  readonly #kept = new Map<number, Uint8Array>();
  #read = 0;
  #presolved = 0;
  #made = 0;

  constructor(host: SpringsHost) {
    this.#host = host;
    this.#free = [...host.slots].reverse();
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
    remember(this.#open, resource, { info, spring: this.#springOf(resource, info) }, MAX_OPEN);
  }

  drop(resource: string): void {
    const open = this.#open.get(resource);
    this.#open.delete(resource);
    if (open === undefined) return;
    for (const [key, cached] of this.#cache) {
      if (cached.source === open.info.source && isAtRest(cached)) this.#evict(key, cached);
    }
  }

  /** A codec has done what it was asked. */
  loaded(message: FromCodec & { type: 'loaded' }): void {
    const key = keyOf(message.source, message.block);
    const cached = this.#cache.get(key);
    if (cached === undefined) return;
    const resource = this.#resourceOf(message.source);
    if (message.problem !== undefined || resource === undefined) {
      this.#evict(key, cached);
      if (message.problem !== undefined && resource !== undefined) {
        this.#host.failed(resource, message.source, message.problem);
      }
      return;
    }
    cached.state = 'loaded';
    cached.presolved = message.presolved ? 'yes' : 'no';
    if (cached.wantsRepair && cached.presolved === 'no') this.#ask(resource, cached, false);
    this.#host.ready(resource);
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

  #ready(resource: string, info: SourceInfo, block: number, repair: boolean): boolean {
    const cached = this.#find(info.source, block);
    const now = this.#host.now();
    if (cached === undefined) {
      const slot = this.#takeSlot(now);
      if (slot === undefined) {
        this.#waitForSlot(resource);
        return false;
      }
      const fresh: Cached = {
        source: info.source,
        block,
        slot,
        state: 'loading',
        presolved: 'no',
        wantsRepair: repair,
        usedAt: now,
        repair: undefined,
      };
      this.#cache.set(keyOf(info.source, block), fresh);
      this.#ask(resource, fresh, true);
      return false;
    }
    cached.usedAt = now;
    if (!repair) return cached.state === 'loaded';
    cached.wantsRepair = true;
    if (cached.state === 'loaded' && cached.presolved === 'no') this.#ask(resource, cached, false);
    return cached.presolved === 'yes';
  }

  /** For every datagram: mostly it is the block of the one before, and then no key is made. */
  #find(source: number, block: number): Cached | undefined {
    const last = this.#last;
    if (last?.source === source && last.block === block) return last;
    this.#last = this.#cache.get(keyOf(source, block));
    return this.#last;
  }

  #ask(resource: string, cached: Cached, read: boolean): void {
    const open = this.#open.get(resource);
    if (open === undefined) return;
    const presolve = cached.wantsRepair;
    if (presolve) cached.presolved = 'running';
    if (presolve) this.#presolved++;
    if (read) this.#read++;
    const { source, block, slot } = cached;
    const message: ToCodec = { type: 'load', source, block, slot, read, presolve };
    this.#host.codecs[open.info.codec].postMessage(message);
  }

  #write(
    info: SourceInfo,
    block: number,
    coded: number,
    id: number,
    count: number,
    into: Uint8Array,
    at: number,
  ): void {
    const cached = this.#find(info.source, block);
    if (cached === undefined) throw new Error(`block ${block} was poured before it was ready`);
    const size = info.layout.symbolSize;
    if (id < coded) {
      const from = cached.slot + id * size;
      into.set(this.#host.memory.subarray(from, from + count * size), at);
      return;
    }
    cached.repair ??= new RepairDroplets(coded, size, this.#keptOf(cached.slot), (first, wanted) =>
      this.#makeRepair(cached.slot, coded, size, first, wanted),
    );
    cached.repair.write(id, count, into, at);
  }

  /** Used again by the next block in the slot: what is left to be collected stays resident for long. */
  #keptOf(slot: number): Uint8Array {
    const kept = this.#kept.get(slot) ?? new Uint8Array(KEPT_BYTES);
    this.#kept.set(slot, kept);
    return kept;
  }

  #makeRepair(slot: number, coded: number, size: number, first: number, wanted: number) {
    const { memory, encoder, room } = this.#host;
    const made = Math.min(wanted, Math.floor(room.bytes / size));
    encoder.droplets(coded, size, slot + SOURCE_BYTES, first, made, room.at);
    this.#made += made;
    return { made, room: memory.subarray(room.at, room.at + room.bytes) };
  }

  #takeSlot(now: number): number | undefined {
    const free = this.#free.pop();
    if (free !== undefined) return free;
    let oldest: [string, Cached] | undefined;
    for (const entry of this.#cache) {
      if (isAtRest(entry[1]) && (oldest === undefined || entry[1].usedAt < oldest[1].usedAt)) oldest = entry;
    }
    // What is being poured from stays: else two clients far apart would read their blocks again and again.
    if (oldest === undefined || now - oldest[1].usedAt < IN_USE) return undefined;
    this.#evict(...oldest);
    return this.#free.pop();
  }

  /** No codec tells when a slot has not been used for long enough: it is looked at again. */
  #waitForSlot(resource: string): void {
    if (this.#starved.size === 0) {
      this.#host.later(() => {
        const starved = [...this.#starved];
        this.#starved.clear();
        for (const waiting of starved) this.#host.ready(waiting);
      });
    }
    this.#starved.add(resource);
  }

  #evict(key: string, cached: Cached): void {
    this.#cache.delete(key);
    this.#free.push(cached.slot);
    if (this.#last === cached) this.#last = undefined;
  }

  #resourceOf(source: number): string | undefined {
    for (const [resource, open] of this.#open) if (open.info.source === source) return resource;
    return undefined;
  }
}

/** No codec is at work on it. */
function isAtRest(cached: Cached): boolean {
  return cached.state === 'loaded' && cached.presolved !== 'running';
}

function realOrNone(
  layout: { length: number; symbolSize: number; symbolsPerBlock: number },
  block: number,
): number {
  const capacity = layout.symbolSize * layout.symbolsPerBlock;
  return block * capacity < layout.length ? realSymbols(layout, block) : 0;
}

function keyOf(source: number, block: number): string {
  return `${source}/${block}`;
}

function remember<K, V>(map: Map<K, V>, key: K, value: V, most: number): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.keys().next();
  if (map.size > most && oldest.done !== true) map.delete(oldest.value);
}
