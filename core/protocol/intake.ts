/** What becomes of the droplets that arrive: to the block that lacks them, or to a tally of why they were no use. */
import { MANIFEST_BLOCK, type RainHeader } from '../wire/datagram.ts';
import type { Basin, Tally } from './basin.ts';
import type { OpenBlock } from './open-block.ts';
import type { Session } from './session.ts';
import type { Window } from './window.ts';

export class Intake {
  readonly tally: Tally = {
    received: 0,
    source: 0,
    repair: 0,
    duplicate: 0,
    late: 0,
    rejected: 0,
    manifest: 0,
    surplus: 0,
  };
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
    for (let i = 0; i < count; i++) this.#put(block, id + i, session, bytes, at + i * symbolSize);
    return block;
  }

  /** Droplets that were taken in vain, of a block that is complete or begun anew. */
  unneeded(block: OpenBlock, droplets: number): void {
    if (block.index < MANIFEST_BLOCK) this.tally.surplus += droplets;
  }

  #put(block: OpenBlock, id: number, session: Session, bytes: Uint8Array, at: number): void {
    const { tally } = this;
    if (block.has(id)) {
      tally.duplicate++;
      return;
    }
    block.add(id, session.index);
    this.#basin.put(block.index, id, session.index, bytes, at);
    if (id < block.real) tally.source++;
    else tally.repair++;
    if (block.index >= MANIFEST_BLOCK) tally.manifest++;
  }
}
