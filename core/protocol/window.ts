/** The blocks of a content (or of its manifest) that are fetched at the moment, and which come next. */
import { MANIFEST_BLOCK } from '../wire/datagram.ts';
import type { Basin } from './basin.ts';
import type { Extents } from './extents.ts';
import { FROM_STORE, OpenBlock } from './open-block.ts';
import { Preference } from './preference.ts';
import type { Session } from './session.ts';

const SHORT_MANIFEST = 32;
const HEDGE = 2;
/** A server keeps so many blocks at hand that those who are no farther apart are poured the same ones. */
const CLOSE = 20;

export interface WindowConfig {
  readonly basin: Basin;
  readonly sessions: readonly Session[];
  readonly extents: Extents;
  /** Index of the first block. */
  readonly base: number;
  /** Blocks that may be open at once. */
  readonly most: number;
  /** The only session that may pour; undefined: all may. */
  readonly only: number | undefined;
  readonly isDone: (block: number) => boolean;
  /** Droplets that an earlier run kept. */
  readonly stored: ReadonlyMap<number, Uint32Array>;
  /** So many droplets of this run were of no use to the block. */
  unneeded(block: OpenBlock, droplets: number): void;
}

export class Window {
  readonly extents: Extents;
  readonly #config: WindowConfig;
  readonly #open = new Map<number, OpenBlock>();
  readonly #decoded = new Set<number>();
  readonly #stored: Map<number, Uint32Array>;
  #remaining = 0;
  #next = 0;
  /** Blocks of which droplets may come that were ordered before they were last opened. */
  readonly #anew = new Set<number>();
  /** A block that is set aside as evidence is opened by `reopen` alone. */
  #impounded: number | undefined;
  readonly #preference: Preference;
  #hasRoom = true;
  /** The block that was opened last. */
  #latest = 0;

  constructor(config: WindowConfig) {
    this.#config = config;
    this.extents = config.extents;
    this.#stored = new Map(config.stored);
    this.#preference = new Preference(config.extents.count, (block) => this.#isToOpen(block));
    for (let i = 0; i < config.extents.count; i++) if (!config.isDone(config.base + i)) this.#remaining++;
  }

  /** Blocks that are not decoded yet. */
  get remaining(): number {
    return this.#remaining;
  }

  /** No block is left to be opened. */
  get atEnd(): boolean {
    this.#skip();
    return this.#next >= this.extents.count;
  }

  /** False when the host has no room for any block at all. */
  get hasRoom(): boolean {
    return this.#hasRoom || this.#open.size > 0;
  }

  find(block: number): OpenBlock | undefined {
    return this.#open.get(block);
  }

  /** Open blocks, in the order in which they are to be completed. */
  blocks(): Iterable<OpenBlock> {
    return this.#preference.sorted(this.#open);
  }

  /** Fetches these blocks of the content first, and then what follows each of them; whether any is not open yet. */
  prefer(blocks: readonly number[]): boolean {
    this.#preference.set(blocks);
    return blocks.some((block) => this.#isToOpen(block));
  }

  /** Goes on where others are being poured, unless that is close to where this one is. */
  gather(front: number): void {
    const ahead = front - this.#latest;
    if (front < this.extents.count && (ahead < 0 || ahead > CLOSE)) this.#preference.gather(front);
  }

  /** Opens a block out of its turn; undefined when it does not have to be opened, or for lack of room. */
  open(block: number): OpenBlock | undefined {
    return this.#isToOpen(block) ? this.#tryOpen(block) : undefined;
  }

  /** Opens the blocks that somebody waits for right now, as far as there is room. */
  openPreferred(): void {
    for (const block of this.#preference.blocks) this.open(block);
  }

  /** True for a block that needs nothing at present: what comes for it is late, not wrong. */
  isFinished(block: number): boolean {
    if (block === this.#impounded || this.#decoded.has(block)) return true;
    if (block >= MANIFEST_BLOCK && this.#config.base < MANIFEST_BLOCK) return true;
    const place = block - this.#config.base;
    return place >= 0 && place < this.extents.count && this.#config.isDone(block);
  }

  /** There is no such block of the content. */
  isBeyond(block: number): boolean {
    return block >= this.extents.count && block < MANIFEST_BLOCK;
  }

  /** Whether nothing of a block that is not open can have been ordered. */
  isUnordered(block: number): boolean {
    return this.#isOfContent(block) && !this.#anew.has(block) && !this.isFinished(block);
  }

  /** Droplets of a block may have been ordered before it is opened. */
  orderedBefore(block: number): void {
    this.#anew.add(block);
  }

  /** Opens the next block; undefined when there is none or no room. */
  openNext(): OpenBlock | undefined {
    const wanted = this.#preference.next();
    if (wanted !== undefined) return this.#tryOpen(wanted);
    this.#skip();
    return this.#next < this.extents.count ? this.#tryOpen(this.#config.base + this.#next) : undefined;
  }

  /** Begins the impounded block anew, of what one session put into it, the rest to be poured by it alone; false: no room. */
  reopen(block: number, only: number): boolean {
    if (block !== this.#impounded || !this.#makeRoom(block)) return false;
    this.#add(block, only);
    return true;
  }

  /** Sets the droplets of a block aside as evidence. */
  impound(block: number): void {
    this.#waste(block);
    this.#config.basin.impound(block);
    this.#forget(block);
    this.#impounded = block;
  }

  /** Gives a block up for now; it is opened again in its turn. */
  giveUp(block: number): void {
    this.#waste(block);
    this.#config.basin.discard(block);
    this.#forget(block);
    if (block === this.#impounded) return;
    this.#next = Math.min(this.#next, block - this.#config.base);
    this.#preference.reopened(block);
  }

  /** A block is decoded and has been taken out. */
  done(block: OpenBlock): void {
    this.#decoded.add(block.index);
    this.#config.unneeded(block, Math.max(0, block.got - block.real));
    this.#remaining--;
    this.#config.basin.discard(block.index);
    this.#forget(block.index);
    if (block.index === this.#impounded) this.#impounded = undefined;
  }

  close(): void {
    for (const block of [...this.#open.keys()]) {
      this.#config.basin.discard(block);
      this.#forget(block);
    }
  }

  /** Takes out what a liar (or the store of an earlier run) put into open blocks. */
  expel(from: number): void {
    for (const block of this.#open.values()) {
      const before = arrived(block);
      if (!block.expel(from)) continue;
      this.#config.unneeded(block, before - arrived(block));
      this.#config.basin.expel(block.index, from);
      this.tryDecode(block);
    }
  }

  /** Has a block decoded that holds enough. */
  tryDecode(block: OpenBlock): void {
    if (block.phase !== 'collecting') return;
    // One more than the least: at the least most attempts fail, and while other blocks are open nobody waits.
    const least = this.atEnd ? block.real : block.real + 1;
    if (block.got < Math.max(block.enough, least) && block.gotSource < block.real) return;
    block.phase = 'decoding';
    block.tried = block.got;
    for (const session of this.#config.sessions) session.cancel(block.index);
    this.#config.basin.decode(block.index);
  }

  #isOfContent(block: number): boolean {
    return block < MANIFEST_BLOCK && this.#config.base < MANIFEST_BLOCK;
  }

  /** When no block is left to be opened, has those decoded that hold the least, for nobody else may bring more. */
  tryLast(): void {
    if (this.atEnd) for (const block of this.#open.values()) this.tryDecode(block);
  }

  /** Passes by what does not have to be opened any more. */
  #skip(): void {
    while (this.#next < this.extents.count && !this.#isToOpen(this.#config.base + this.#next)) this.#next++;
  }

  /** It is of this window and neither open nor done. One that is impounded is opened by `reopen` alone. */
  #isToOpen(block: number): boolean {
    const place = block - this.#config.base;
    if (place < 0 || place >= this.extents.count || block === this.#impounded) return false;
    return !this.#open.has(block) && !this.#decoded.has(block) && !this.#config.isDone(block);
  }

  #tryOpen(block: number): OpenBlock | undefined {
    if (this.#open.size >= this.#config.most || !this.#makeRoom(block)) return undefined;
    return this.#add(block, this.#config.only);
  }

  #makeRoom(block: number): boolean {
    this.#hasRoom = this.#config.basin.open(block, this.extents.realSymbols(block));
    return this.#hasRoom;
  }

  #add(index: number, only: number | undefined): OpenBlock {
    const real = this.extents.realSymbols(index);
    // All servers wait for a short manifest: a lost droplet of it is worth more than two to spare.
    const isHedged = index >= MANIFEST_BLOCK && real <= SHORT_MANIFEST;
    const block = new OpenBlock(index, real, only, isHedged ? HEDGE : 0, this.#anew.has(index));
    this.#anew.add(index);
    this.#open.set(index, block);
    this.#latest = index;
    for (const id of this.#stored.get(index) ?? []) if (!block.has(id)) block.add(id, 1, FROM_STORE);
    this.#stored.delete(index);
    this.#takeEarly(block);
    if (index === this.#impounded && only !== undefined) this.#recall(block, only);
    this.tryDecode(block);
    return block;
  }

  /** The start of the manifest may have been ordered along with the first question. */
  #takeEarly(block: OpenBlock): void {
    if (block.index !== MANIFEST_BLOCK || block.only === undefined) return;
    const early = this.#config.sessions[block.only]?.orders.shorten(MANIFEST_BLOCK, block.real) ?? 0;
    if (early === 0) return;
    block.order(block.only, 0, early);
    block.takeSource(early);
  }

  #recall(block: OpenBlock, from: number): void {
    const ids = this.#config.basin.recall(block.index, from);
    for (const id of ids) block.add(id, 1, from);
    this.#config.unneeded(block, -ids.length);
  }

  #waste(index: number): void {
    const block = this.#open.get(index);
    if (block !== undefined) this.#config.unneeded(block, arrived(block));
  }

  #forget(block: number): void {
    this.#open.delete(block);
    for (const session of this.#config.sessions) session.cancel(block);
  }
}

/** Droplets of this run in a block. */
function arrived({ got, gotStored }: OpenBlock): number {
  return got - gotStored;
}
