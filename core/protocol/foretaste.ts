/**
 * What is ordered before it is known what there is, so that a small file takes two round trips: the first servers
 * that answer are asked for the start of the manifest along with what they have to say, and the very first for the
 * start of the content too. What comes of that before its block is known is kept.
 */
import { MANIFEST_BLOCK, type RainHeader } from '../wire/datagram.ts';
import type { Intake } from './intake.ts';
import type { Session } from './session.ts';
import type { Window } from './window.ts';

/** Source ids of the manifest that are asked for before its length is known; all that most have. */
const MANIFEST_IDS = 4;
/** Servers that are asked for them. */
const SERVERS = 2;
/** Ids of the first block of the content, asked for of one server: ten symbols and the manifest are a burst of TCP's. */
const CONTENT_IDS = 10;
/** Longest wait for a server that was asked, beside round trips, when another one could be asked anew, ms. */
const PATIENCE = 20;

export class Foretaste {
  /** Servers that were asked, and until when an answer of the first is worth waiting for, ms. */
  readonly #asked: Session[] = [];
  #until = Number.NEGATIVE_INFINITY;
  readonly #kept: { readonly session: Session; readonly header: RainHeader; readonly bytes: Uint8Array }[] =
    [];
  #ids = 0;

  /** A server is there, of which nothing was asked yet; `isStartWanted`: of the content its start comes first. */
  order(now: number, session: Session, isStartWanted: boolean): void {
    if (this.#asked.length >= SERVERS || this.#asked.includes(session)) return;
    session.order(MANIFEST_BLOCK, 0, MANIFEST_IDS);
    if (this.#asked.length === 0) {
      if (isStartWanted) session.order(0, 0, CONTENT_IDS);
      this.#until = now + 1.5 * session.path.smoothedRtt + PATIENCE;
    }
    this.#asked.push(session);
  }

  /** True while it is better to wait for the first server than to ask another one for the manifest. */
  isAwaited(now: number): boolean {
    const [first] = this.#asked;
    return now < this.#until && first?.hello === undefined && first?.state === 'silent';
  }

  /** Keeps a copy of droplets of the content that came too early; false: they were not ordered. */
  keep(session: Session, header: RainHeader, bytes: Uint8Array, at: number): boolean {
    const { block, id, count, symbolSize } = header;
    if (block !== 0 || session !== this.#asked[0] || id + count > CONTENT_IDS) return false;
    if (this.#ids + count > CONTENT_IDS) return false;
    this.#ids += count;
    this.#kept.push({ session, header: { ...header }, bytes: bytes.slice(at, at + count * symbolSize) });
    return true;
  }

  /** The content is known: what was kept goes to its block, and what is still on its way is not ordered again. */
  pour(window: Window, intake: Intake, isStartWanted: boolean): void {
    const [session] = this.#asked.splice(0);
    const kept = this.#kept.splice(0);
    if (session === undefined) return;
    const block = isStartWanted && session.state !== 'banned' ? window.open(0) : undefined;
    if (block === undefined || !session.live) session.cancel(0);
    else {
      session.orders.shorten(0, block.real);
      block.takeSource(CONTENT_IDS);
      // Of a short block the same ids were repair.
      if (CONTENT_IDS > block.coded) block.takeRepair(CONTENT_IDS - block.coded);
    }
    for (const { header, bytes } of kept) {
      if (block === undefined) intake.tally.rejected += header.count;
      else intake.take(window, session, header, bytes, 0);
    }
    if (block !== undefined) window.tryDecode(block);
  }
}
