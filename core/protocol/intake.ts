/** What becomes of the droplets that arrive: to the block that lacks them, or to a tally of why they were no use. */
import { MANIFEST_BLOCK, type RainHeader } from '../wire/datagram.ts';
import type { Basin } from './basin.ts';
import type { OpenBlock } from './open-block.ts';
import type { Session } from './session.ts';
import { noDroplets } from './tally.ts';
import type { Window } from './window.ts';

export class Intake {
  readonly tally = noDroplets();
  /** Droplets of the last datagram that its block has got. */
  fresh = 0;
  readonly #basin: Basin;

  constructor(basin: Basin) {
    this.#basin = basin;
  }

  /**
   * Takes the droplets of a datagram; they start at `at`. Only what was ordered of the session is taken, so that nobody
   * but this client chooses which droplets a block is made of. Returns the block when it has got any.
   */
  take(
    window: Window,
    session: Session,
    header: RainHeader,
    bytes: Uint8Array,
    at: number,
  ): OpenBlock | undefined {
    const { block: index, id, count, symbolSize } = header;
    const block = window.find(index);
    this.fresh = 0;
    if (symbolSize !== window.extents.symbolSize || (block === undefined && !window.isFinished(index))) {
      this.tally.rejected += count;
      if (window.isUnordered(index)) session.unordered += count;
      return undefined;
    }
    if (block === undefined || !block.isOpen || (block.only !== undefined && block.only !== session.index)) {
      this.tally.late += count;
      return undefined;
    }
    for (let i = 0; i < count; ) {
      const ordered = block.ordered(session.index, id + i, count - i);
      const fresh = ordered === 0 ? 0 : block.absent(id + i, ordered);
      if (fresh > 0) this.#put(block, id + i, fresh, session, bytes, at + i * symbolSize);
      else if (ordered > 0) this.tally.duplicate++;
      else this.#refuse(block, session);
      i += Math.max(1, fresh);
    }
    return block;
  }

  /** Droplets that were taken in vain, of a block that is complete or begun anew. */
  unneeded(block: OpenBlock, droplets: number): void {
    if (block.index < MANIFEST_BLOCK) this.tally.surplus += droplets;
  }

  #refuse(block: OpenBlock, session: Session): void {
    // Of a manifest that was begun anew, or a block, what was ordered before may still come.
    if (block.isAnew) this.tally.late++;
    else this.tally.rejected++;
    if (!block.isAnew && block.index < MANIFEST_BLOCK) session.unordered++;
  }

  #put(block: OpenBlock, id: number, count: number, session: Session, bytes: Uint8Array, at: number): void {
    const { tally } = this;
    const kept = this.#basin.put(block.index, id, count, session.index, bytes, at);
    tally.late += count - kept;
    if (kept === 0) return;
    this.fresh += kept;
    block.add(id, kept, session.index);
    if (id < block.real) tally.source += kept;
    else tally.repair += kept;
    if (block.index >= MANIFEST_BLOCK) tally.manifest += kept;
  }
}
