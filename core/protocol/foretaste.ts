/**
 * What is ordered before it is known what there is, so that a small file takes two round trips: the first servers
 * that answer are asked for the start of the manifest along with what they have to say, and the very first for the
 * start of the content too. And so that a large one does not wait for its manifest, all are asked for the second
 * block, which a small one does not have. What comes of that before its block is known is kept.
 */
import { MANIFEST_BLOCK, type RainHeader } from '../wire/datagram.ts';
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

export class Foretaste {
  /** Servers that were asked, and until when an answer of the first is worth waiting for, ms. */
  readonly #asked: Session[] = [];
  #until = Number.NEGATIVE_INFINITY;
  /** How many ids of the second block each was asked for, from those of the one before. */
  readonly #second = new Map<Session, Ids>();
  #secondIds = 0;
  readonly #kept: { readonly session: Session; readonly header: RainHeader; readonly bytes: Uint8Array }[] =
    [];
  #ids = 0;

  /** A server is there, of which nothing was asked yet; `isStartWanted`: of the content its start comes first. */
  order(now: number, session: Session, isStartWanted: boolean): void {
    if (this.#second.has(session)) return;
    if (this.#asked.length < SERVERS) {
      session.order(MANIFEST_BLOCK, 0, MANIFEST_IDS);
      if (this.#asked.length === 0) {
        if (isStartWanted) session.order(0, 0, CONTENT_IDS);
        this.#until = now + 1.5 * session.path.smoothedRtt + PATIENCE;
      }
      this.#asked.push(session);
    }
    const from = this.#secondIds;
    const window = Math.floor((session.askedRate * session.path.smoothedRtt) / 1000);
    this.#secondIds = isStartWanted ? Math.min(SECOND_IDS, from + window) : from;
    this.#second.set(session, { from, to: this.#secondIds });
    if (this.#secondIds > from) session.order(1, from, this.#secondIds - from);
  }

  /** True while it is better to wait for the first server than to ask another one for the manifest. */
  isAwaited(now: number): boolean {
    const [first] = this.#asked;
    return now < this.#until && first?.hello === undefined && first?.state === 'silent';
  }

  /** Keeps a copy of droplets of the content that came too early; false: they were not ordered. */
  keep(session: Session, header: RainHeader, bytes: Uint8Array, at: number): boolean {
    const { block, id, count, symbolSize } = header;
    const second = this.#second.get(session);
    if (block === 0) {
      if (session !== this.#asked[0] || id + count > CONTENT_IDS) return false;
    } else if (block !== 1 || second === undefined || id < second.from || id + count > second.to)
      return false;
    if (this.#ids + count > CONTENT_IDS + SECOND_IDS) return false;
    this.#ids += count;
    this.#kept.push({ session, header: { ...header }, bytes: bytes.slice(at, at + count * symbolSize) });
    return true;
  }

  /** The content is known: what was kept goes to its block, and what is still on its way is not ordered again. */
  pour(window: Window, intake: Intake, isStartWanted: boolean): void {
    const [first] = this.#asked.splice(0);
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
