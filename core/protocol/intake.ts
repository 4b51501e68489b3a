/** What becomes of the droplets that arrive: to the block that lacks them, or to a tally of why they were no use. */
import { MANIFEST_BLOCK, type RainHeader } from '../wire/datagram.ts';
import type { Basin } from './basin.ts';
import type { OpenBlock } from './open-block.ts';
import type { Session } from './session.ts';
import { noDroplets } from './tally.ts';
import type { Window } from './window.ts';

export class Intake {
  readonly tally = noDroplets();
  readonly #basin: Basin;

  constructor(basin: Basin) {
    this.#basin = basin;
  }

  /** Takes the droplets of a datagram; they start at `at`. Returns the block when it has got any. */
  take(
    window: Window,
    session: Session,
    header: RainHeader,
    bytes: Uint8Array,
    at: number,
  ): OpenBlock | undefined {
    const { block: index, id, count, symbolSize } = header;
    const block = window.find(index);
    if (symbolSize !== window.extents.symbolSize || (block === undefined && !window.isFinished(index))) {
      this.tally.rejected += count;
      return undefined;
    }
    if (block === undefined || !block.isOpen || (block.only !== undefined && block.only !== session.index)) {
      this.tally.late += count;
      return undefined;
    }
    for (let i = 0; i < count; ) {
      const fresh = block.absent(id + i, count - i);
      if (fresh > 0) this.#put(block, id + i, fresh, session, bytes, at + i * symbolSize);
      else this.tally.duplicate++;
      i += Math.max(1, fresh);
    }
    return block;
  }

  /** Droplets that were taken in vain, of a block that is complete or begun anew. */
  unneeded(block: OpenBlock, droplets: number): void {
    if (block.index < MANIFEST_BLOCK) this.tally.surplus += droplets;
  }

  #put(block: OpenBlock, id: number, count: number, session: Session, bytes: Uint8Array, at: number): void {
    const { tally } = this;
    block.add(id, count, session.index);
    this.#basin.put(block.index, id, count, session.index, bytes, at);
    if (id < block.real) tally.source += count;
    else tally.repair += count;
    if (block.index >= MANIFEST_BLOCK) tally.manifest += count;
  }
}
