/**
 * What is ordered before it is known what there is, so that a small file takes two round trips: the first servers
 * that answer are asked for the start of the manifest along with what they have to say, and the very first for the
 * start of the content too. And so that a large one does not wait for its manifest, all are asked for the second
 * block, which a small one does not have. What comes of that before its block is known is kept.
 */
import { MANIFEST_BLOCK, type RainHeader } from '../wire/datagram.ts';
import { manifestExtents } from './agreement.ts';
import type { Intake } from './intake.ts';
import type { Ids, OpenBlock } from './open-block.ts';
import type { Session } from './session.ts';
import type { Window } from './window.ts';

/** Source ids of the manifest that are asked for before its length is known; all that most have. */
const MANIFEST_IDS = 4;
/** Servers that are asked for them. */
const SERVERS = 2;
/** Ids of the first block of the content, asked for of one server: ten symbols and the manifest are a burst of TCP's. */
const CONTENT_IDS = 10;
/** Ids of the second block, asked for of all together: what is asked for in the first round trip anyway. */
const SECOND_IDS = 256;
/** Longest wait for a server that was asked, beside round trips, when another one could be asked anew, ms. */
const PATIENCE = 20;

/** Droplets that came before their block was known. */
interface Early {
  readonly session: Session;
  readonly header: RainHeader;
  readonly bytes: Uint8Array;
}

export class Foretaste {
  /** Servers that were asked for the start of the manifest, and what came of it. */
  readonly #manifest = new Map<Session, Early[]>();
  /** The server that was asked for the start of the content, and until when its answer is worth waiting for, ms. */
  #first: Session | undefined;
  #until = Number.NEGATIVE_INFINITY;
  /** How many ids of the second block each was asked for, from those of the one before. */
  readonly #second = new Map<Session, Ids>();
  #secondIds = 0;
  readonly #kept: Early[] = [];
  #ids = 0;

  /** A server is there, of which nothing was asked yet; `isStartWanted`: of the content its start comes first. */
  order(now: number, session: Session, isStartWanted: boolean): void {
    if (this.#second.has(session)) return;
    this.orderManifest(session);
    if (this.#first === undefined) {
      this.#first = session;
      if (isStartWanted) session.order(0, 0, CONTENT_IDS);
      this.#until = now + 1.5 * session.path.smoothedRtt + PATIENCE;
    }
    const from = this.#secondIds;
    const window = Math.floor((session.askedRate * session.path.smoothedRtt) / 1000);
    this.#secondIds = isStartWanted ? Math.min(SECOND_IDS, from + window) : from;
    this.#second.set(session, { from, to: this.#secondIds });
    if (this.#secondIds > from) session.order(1, from, this.#secondIds - from);
  }

  /** Asks for the start of the manifest, from whomever the rest is taken. */
  orderManifest(session: Session): void {
    if (this.#manifest.size === SERVERS || this.#manifest.has(session)) return;
    session.order(MANIFEST_BLOCK, 0, MANIFEST_IDS);
    this.#manifest.set(session, []);
  }

  /** True while it is better to wait for the first server than to ask another one for the manifest. */
  isAwaited(now: number): boolean {
    return now < this.#until && this.#first?.hello === undefined && this.#first?.state === 'silent';
  }

  /** Keeps a copy of droplets that came too early; false: they were not ordered. */
  keep(session: Session, header: RainHeader, bytes: Uint8Array, at: number): boolean {
    const { block, id, count } = header;
    const second = this.#second.get(session);
    if (block === MANIFEST_BLOCK) return this.#keepManifest(session, header, bytes, at);
    if (block === 0) {
      if (session !== this.#first || id + count > CONTENT_IDS) return false;
    } else if (block !== 1 || second === undefined || id < second.from || id + count > second.to)
      return false;
    if (this.#ids + count > CONTENT_IDS + SECOND_IDS) return false;
    this.#ids += count;
    this.#kept.push(copyOf(session, header, bytes, at));
    return true;
  }

  #keepManifest(session: Session, header: RainHeader, bytes: Uint8Array, at: number): boolean {
    const kept = this.#manifest.get(session);
    if (kept === undefined || kept.length === MANIFEST_IDS || header.id + header.count > MANIFEST_IDS)
      return false;
    kept.push(copyOf(session, header, bytes, at));
    return true;
  }

  /** A server has brought the whole of a short manifest, as it says that this is. */
  hasManifest(session: Session): boolean {
    const { hello } = session;
    if (hello === undefined) return false;
    const { count: blocks, realSymbols } = manifestExtents(hello);
    const real = realSymbols(MANIFEST_BLOCK);
    if (blocks > 1 || real > MANIFEST_IDS) return false;
    const ids = new Set<number>();
    for (const { header } of this.#manifest.get(session) ?? []) {
      if (header.symbolSize === hello.symbolSize)
        for (let i = 0; i < header.count; i++) ids.add(header.id + i);
    }
    for (let id = 0; id < real; id++) if (!ids.has(id)) return false;
    return true;
  }

  /** The manifest is taken from this server from now on: what it has brought of it goes to its block. */
  pourManifest(window: Window, intake: Intake, session: Session): void {
    const block = window.find(MANIFEST_BLOCK);
    if (block === undefined) return;
    for (const { header, bytes } of this.#manifest.get(session) ?? []) {
      const count = Math.min(header.count, block.real - header.id);
      if (count <= 0) continue;
      block.order(session.index, header.id, count);
      intake.take(window, session, header, bytes, 0);
    }
    window.tryDecode(block);
  }

  /** The content is known: what was kept goes to its block, and what is still on its way is not ordered again. */
  pour(window: Window, intake: Intake, isStartWanted: boolean): void {
    const first = this.#first;
    this.#manifest.clear();
    const kept = this.#kept.splice(0);
    const second = new Map(this.#second);
    this.#second.clear();
    if (first === undefined) return;
    const asked = new Map([[first, { from: 0, to: CONTENT_IDS }]]);
    const blocks = [
      isStartWanted && first.live ? expect(window, 0, CONTENT_IDS, asked) : undefined,
      isStartWanted && this.#secondIds > 0 ? expect(window, 1, this.#secondIds, second) : undefined,
    ];
    for (const [index, block] of blocks.entries()) {
      window.orderedBefore(index);
      for (const session of second.keys()) if (block === undefined || !session.live) session.cancel(index);
    }
    for (const { session, header, bytes } of kept) {
      if (blocks[header.block] === undefined || session.state === 'banned')
        intake.tally.rejected += header.count;
      else intake.take(window, session, header, bytes, 0);
    }
    for (const block of blocks) if (block !== undefined) window.tryDecode(block);
  }
}

function copyOf(session: Session, header: RainHeader, bytes: Uint8Array, at: number): Early {
  return { session, header: { ...header }, bytes: bytes.slice(at, at + header.count * header.symbolSize) };
}

/** Opens a block of which the first `ids` have been ordered already, of whom `asked` says. */
function expect(
  window: Window,
  index: number,
  ids: number,
  asked: ReadonlyMap<Session, Ids>,
): OpenBlock | undefined {
  const block = window.open(index);
  if (block === undefined) return undefined;
  for (const [session, { from, to }] of asked) {
    session.orders.shorten(index, block.real);
    block.order(session.index, from, to - from);
  }
  block.takeSource(ids);
  // Of a short block the same ids were repair.
  if (ids > block.coded) block.takeRepair(ids - block.coded);
  return block;
}
