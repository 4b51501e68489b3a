/**
 * Who pours what. Blocks are filled in order; every server with room in its pipe takes the next source ids, so
 * that shares follow rates by themselves and no two servers are asked for the same droplet. What turns out to be
 * lost is replaced by repair droplets from whoever has room. When no new block can be opened (the end, or no
 * memory) servers with nothing else to do pour spare repair droplets for what others would bring late.
 */
import type { OpenBlock } from './open-block.ts';
import type { Order, Session } from './session.ts';

/** Droplets beyond the source symbols to order when there was loss: one more decodes 6 in 10 (FOUNTAIN.md). */
const SPARE = 1;
/** Arrival times closer than this count as equal, ms: at the end, and before it, when there is just no room. */
const SLACK_AT_END = 15;
const SLACK_WITHOUT_ROOM = 250;

export interface PlanInput {
  readonly now: number;
  readonly sessions: readonly Session[];
  /** In the order in which they are to be completed. */
  readonly blocks: () => Iterable<OpenBlock>;
  readonly find: (block: number) => OpenBlock | undefined;
  /** Opens the next block; undefined when there is none or no room. */
  readonly openNext: () => OpenBlock | undefined;
  /** No block is left to be opened. */
  readonly atEnd: () => boolean;
}

/** Fills the pipes of all sessions that can take orders. */
export function plan(input: PlanInput): void {
  const { now, sessions, blocks, find, openNext, atEnd } = input;
  const ready = sessions.filter((session) => session.canOrder);
  if (ready.length === 0) return;
  reckon(blocks(), sessions, find);
  // The emptiest pipe first, so that nobody starves when there is little left to give.
  ready.sort((a, b) => fill(a) - fill(b));
  let exhausted = false;
  for (const session of ready) {
    let want = Math.ceil(session.horizon - session.outstanding);
    if (want <= 0) continue;
    for (const block of blocks()) {
      if (want <= 0) break;
      want -= give(session, block, want, needOf(block));
    }
    while (want > 0 && !exhausted) {
      const block = openNext();
      if (block === undefined) exhausted = true;
      else want -= give(session, block, want, needOf(block));
    }
    if (!exhausted) continue;
    const slack = atEnd() ? SLACK_AT_END : SLACK_WITHOUT_ROOM;
    for (const block of blocks()) {
      if (want <= 0) break;
      want -= give(session, block, want, spareNeed(now, session, block, sessions, slack));
    }
  }
}

function fill(session: Session): number {
  return session.outstanding / session.horizon;
}

/** Sets what may still come for every open block. */
function reckon(
  blocks: Iterable<OpenBlock>,
  sessions: readonly Session[],
  find: (block: number) => OpenBlock | undefined,
): void {
  for (const block of blocks) {
    block.expected = 0;
    block.expectedSource = 0;
  }
  for (const session of sessions) {
    for (const order of session.orders) {
      const block = find(order.block);
      if (block === undefined) continue;
      const expected = coming(session, order, block);
      block.expected += expected;
      if (order.from < block.coded) block.expectedSource += expected;
    }
  }
}

/** Droplets of an order that may still come: not poured yet, or so recently that they may just be late. */
function coming(session: Session, order: Order, block: OpenBlock): number {
  const poured = Math.min(order.count, Math.max(0, session.poured - order.offset));
  const settled = Math.min(poured, Math.max(0, session.settled - order.offset));
  const repair = order.from >= block.coded;
  const ahead = (order.count - poured) * (repair ? 1 - session.expectedLoss : 1);
  return poured === settled ? ahead : ahead + block.missing(order.from + settled, order.from + poured);
}

/** Droplets to order for a block now. Source ids first; repair once some of the source is known to be lost. */
function needOf(block: OpenBlock): number {
  if (block.phase === 'decoding') return 0;
  const left = block.sourceOrdered ? 0 : block.sourceLeft;
  if (left > 0) return left;
  const short = Math.max(block.enough, block.real + SPARE) - block.got - block.expected;
  // Nothing lost so far: the source alone will do.
  const lost = block.real - block.gotSource - block.expectedSource;
  return block.enough > block.real || lost > 0 ? short : 0;
}

/** Like `needOf`, counting only what comes as soon as this session could bring it, and with a margin for loss. */
function spareNeed(
  now: number,
  session: Session,
  block: OpenBlock,
  sessions: readonly Session[],
  slack: number,
): number {
  if (block.phase === 'decoding' || block.only !== undefined || !block.sourceOrdered) return 0;
  const mine = now + session.path.smoothedRtt + session.interval;
  let soon = 0;
  let variance = 0;
  let loss = 0;
  for (const other of sessions) {
    for (const order of other.orders) {
      if (order.block !== block.index) continue;
      const poured = Math.min(order.count, Math.max(0, other.poured - order.offset));
      const ahead = order.count - poured;
      const p = other.expectedLoss;
      const perMs = Math.max(other.askedRate, 1) / 1000;
      const wait = Math.max(0, order.offset + poured - other.poured) / perMs;
      const last = other.path.smoothedRtt / 2 + wait + ahead / perMs;
      const late = Math.max(0, now + last - mine - slack);
      const inTime = Math.max(0, ahead - late * perMs);
      soon += inTime * (1 - p) + lateOnes(other, order, block);
      variance += inTime * p * (1 - p);
      loss = Math.max(loss, p);
    }
  }
  const spare = block.enough > block.real || loss > 0 || block.got + soon < block.real - 0.4 ? SPARE : 0;
  return Math.max(block.enough, block.real + spare) - block.got - soon + 1.5 * Math.sqrt(variance);
}

function lateOnes(session: Session, order: Order, block: OpenBlock): number {
  const poured = Math.min(order.count, Math.max(0, session.poured - order.offset));
  const settled = Math.min(poured, Math.max(0, session.settled - order.offset));
  return poured === settled ? 0 : block.missing(order.from + settled, order.from + poured);
}

/** Orders up to `most` of the `need` droplets of a block from a session; returns how many. */
function give(session: Session, block: OpenBlock, most: number, need: number): number {
  if (need < 0.5 || block.phase === 'decoding' || !session.canOrder) return 0;
  if (block.only !== undefined && block.only !== session.index) return 0;
  let given = 0;
  while (given < most && !block.sourceOrdered) {
    const stretch = block.takeSource(most - given);
    if (stretch === undefined) break;
    session.order(block.index, stretch.from, stretch.count);
    block.expected += stretch.count;
    block.expectedSource += stretch.count;
    given += stretch.count;
  }
  if (given > 0) return given;
  const p = session.expectedLoss;
  const count = Math.min(most, Math.max(1, Math.round(need / (1 - p))));
  const stretch = block.takeRepair(count);
  session.order(block.index, stretch.from, stretch.count);
  block.expected += count * (1 - p);
  return count;
}
