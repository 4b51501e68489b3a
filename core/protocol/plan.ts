/**
 * Who pours what. Blocks are filled in order; every server with room in its pipe takes the next source ids, so
 * that shares follow rates by themselves and no two servers are asked for the same droplet. What turns out to be
 * lost is replaced by repair droplets from whoever has room: in the midst of a transfer just so many as cannot be
 * too many, since other blocks fill the pipe meanwhile; when no other block is left, so many that no further round
 * trip is likely to be needed, from whoever brings them first.
 */
import type { OpenBlock } from './open-block.ts';
import type { Order } from './orders.ts';
import type { Session } from './session.ts';

/** Droplets beyond the source symbols to order once some were lost (one decodes 6 in 10, three 9 in 10: docs/decisions/001). */
const SPARE = 1;
const SPARE_AT_END = 3;
/** Standard deviations by which more may come of what was ordered, in the midst; or less, at the end. */
const SURPLUS = 2;
const SHORTFALL = 1.3;
/** Servers whose heartbeat is due by then, ms, get their part of what is left. */
const SOON = 5;
/** What another server brings this much later than this one could counts as coming all the same, ms. */
const SLACK_WITHOUT_ROOM = 600;
/**
 * Where there is no room for another block, what may get lost of what is on its way is replaced before it is when a round
 * trip is longer than this, ms; else it is waited for, which costs less than to repair nearly every block.
 */
const LONG_ROUND_TRIP = 25;
/**
 * A block that waits for so long, ms, and two round trips, for what is expected of others is asked of one that has room as
 * if nothing were: those others keep no promise. At the end, and where there is no room for another block.
 */
const PATIENCE_AT_END = 300;
const PATIENCE_WITHOUT_ROOM = 1500;
/** What was lost in no more stretches of source ids than this is ordered again: a part of those a heartbeat can name. */
const FEW_STRETCHES = 8;

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

/** Fills the pipes of all sessions that are about to send a heartbeat. */
export function plan(input: PlanInput): void {
  const { now, sessions, blocks, find, openNext, atEnd } = input;
  const ready = sessions.filter((session) => session.canOrder && session.timeout <= now);
  if (ready.length === 0) return;
  reckon(blocks(), sessions, find);
  for (const block of blocks()) block.again = isMendable(block) ? block.lostStretches(FEW_STRETCHES) : [];
  // The emptiest pipe first, so that nobody starves when there is little left to give.
  ready.sort((a, b) => fill(a) - fill(b));
  let arrivals: Arrivals | undefined;
  const part = atEnd() ? partOf(now, sessions, blocks(), find) : 1;
  for (const session of ready) {
    let want = wantOf(session, find);
    if (want <= 0) continue;
    let share = Math.ceil(want * part);
    for (const block of blocks()) {
      if (share <= 0) break;
      const given = give(session, block, share, needOf(block));
      share -= given;
      want -= given;
      if (arrivals !== undefined && given > 0) expectOrder(arrivals, now, session, block, given);
    }
    while (want > 0 && arrivals === undefined) {
      const block = openNext();
      if (block === undefined) arrivals = expectArrivals(now, sessions, find);
      else want -= give(session, block, want, needOf(block));
    }
    if (arrivals === undefined) continue;
    // Nobody repeats what others bring unless they are later by far: at the end, by more than heartbeats explain.
    const slack = atEnd() ? session.path.smoothedRtt / 2 + session.interval : SLACK_WITHOUT_ROOM;
    const patience = atEnd() ? PATIENCE_AT_END : PATIENCE_WITHOUT_ROOM;
    const isAheadOfLoss = atEnd() || session.path.smoothedRtt > LONG_ROUND_TRIP;
    for (const block of blocks()) {
      if (want <= 0) break;
      const need = needAtEnd(now, session, block, arrivals, slack, isAheadOfLoss, patience);
      const given = give(session, block, want, need);
      want -= given;
      if (given > 0) expectOrder(arrivals, now, session, block, given);
    }
  }
}

/** Droplets for which there is room in its pipe: what was ordered of blocks that may not exist takes none. */
function wantOf(session: Session, find: PlanInput['find']): number {
  let outstanding = 0;
  for (const order of session.orders.list) {
    if (find(order.block) !== undefined) outstanding += session.orders.ahead(order);
  }
  return Math.ceil(session.horizon - outstanding);
}

/** What part of its pipe each server gets filled, when what is left does not fill those of all that are due, 0..1. */
function partOf(
  now: number,
  sessions: readonly Session[],
  blocks: Iterable<OpenBlock>,
  find: PlanInput['find'],
): number {
  let want = 0;
  for (const session of sessions) {
    if (session.canOrder && session.timeout <= now + SOON) want += Math.max(0, wantOf(session, find));
  }
  let need = 0;
  for (const block of blocks) need += Math.max(0, needOf(block));
  return Math.min(1, need / want);
}

function fill(session: Session): number {
  return session.orders.outstanding / session.horizon;
}

/** Sets what may still come for every open block. */
function reckon(
  blocks: Iterable<OpenBlock>,
  sessions: readonly Session[],
  find: (block: number) => OpenBlock | undefined,
): void {
  for (const block of blocks) {
    block.expectedSource = 0;
    block.expectedRepair = 0;
    block.varianceRepair = 0;
    block.expectedIds = [];
  }
  for (const session of sessions) {
    if (session.isOnProbation) continue;
    const p = session.expectedLoss;
    for (const order of session.orders.list) {
      const block = find(order.block);
      // What another one brings of it beside is not taken.
      if (block === undefined || (block.only ?? session.index) !== session.index) continue;
      const ahead = session.orders.ahead(order);
      if (order.from < block.coded) {
        block.expectedSource += ahead + overdue(session, order, block);
        block.expectedIds.push(session.orders.unsettled(order));
      } else expectRepair(block, ahead, p, overdue(session, order, block));
    }
  }
}

function expectRepair(block: OpenBlock, ahead: number, p: number, certain: number): void {
  block.expectedRepair += ahead * (1 - p) + certain;
  block.varianceRepair += ahead * p * (1 - p);
}

/** Some of its source was lost, and no repair is here or on its way: it may do without, and without being decoded. */
function isMendable(block: OpenBlock): boolean {
  const { real, got, gotSource, expectedSource, expectedRepair, enough } = block;
  if (!block.sourceOrdered || gotSource + expectedSource >= real) return false;
  return got === gotSource && expectedRepair === 0 && enough === real;
}

/** Droplets of an order that were poured so recently that they may just be late. */
function overdue(session: Session, order: Order, block: OpenBlock): number {
  const recent = session.orders.recent(order);
  return recent === undefined ? 0 : block.missing(recent.from, recent.to);
}

/** Droplets to order for a block now. Source ids first; repair once some of the source is known to be lost. */
function needOf(block: OpenBlock): number {
  if (block.phase !== 'collecting') return 0;
  const left = block.sourceOrdered ? 0 : block.sourceLeft;
  if (left > 0) return left;
  if (block.again.length > 0) return block.again.reduce((sum, { from, to }) => sum + to - from, 0);
  const lost = block.real - block.gotSource - block.expectedSource;
  // Nothing lost so far: the source alone will do.
  if (block.enough === block.real && lost <= 0) {
    return block.hedge - block.expectedRepair - (block.got - block.gotSource);
  }
  const most = block.expectedRepair + SURPLUS * Math.sqrt(block.varianceRepair);
  return Math.max(block.enough, block.real + SPARE) - block.got - block.expectedSource - most;
}

/** A stretch of an order on its way: `count` droplets, evenly between two times, each lost with probability `loss`. */
interface Arrival {
  readonly from: number;
  readonly to: number;
  readonly count: number;
  readonly loss: number;
  readonly of: Session;
}

type Arrivals = Map<number, Arrival[]>;

/** What is on its way for every open block, by block. */
function expectArrivals(
  now: number,
  sessions: readonly Session[],
  find: (block: number) => OpenBlock | undefined,
): Arrivals {
  const arrivals: Arrivals = new Map();
  for (const session of sessions) {
    if (session.isOnProbation) continue;
    let from = now;
    for (const order of session.orders.list) {
      const block = find(order.block);
      const count = session.orders.ahead(order);
      const to = from + (count * 1000) / session.pace.flow;
      if (block !== undefined && (block.only ?? session.index) === session.index) {
        const of = arrivals.get(order.block) ?? [];
        arrivals.set(order.block, of);
        const late = overdue(session, order, block);
        if (late > 0) of.push({ from: now, to: now, count: late, loss: 0, of: session });
        if (count > 0) of.push({ from, to, count, loss: session.expectedLoss, of: session });
      }
      from = to;
    }
  }
  return arrivals;
}

/** Adds what has just been ordered to what is on its way. */
function expectOrder(
  arrivals: Arrivals,
  now: number,
  session: Session,
  block: OpenBlock,
  count: number,
): void {
  const of = arrivals.get(block.index) ?? [];
  arrivals.set(block.index, of);
  const to = now + etaOf(session);
  of.push({
    from: Math.max(now, to - (count * 1000) / session.pace.flow),
    to,
    count,
    loss: session.expectedLoss,
    of: session,
  });
}

/** How long it takes until what is ordered from a session now is here, ms. */
function etaOf(session: Session): number {
  const backlog = (session.orders.outstanding * 1000) / session.pace.flow;
  return Math.max(session.path.smoothedRtt + session.interval / 2, backlog);
}

/**
 * Like `needOf`, counting only what comes about as soon as this session could bring it, and less for bad luck if losses
 * are to be made up for before they happen.
 */
function needAtEnd(
  now: number,
  session: Session,
  block: OpenBlock,
  arrivals: Arrivals,
  slack: number,
  isAheadOfLoss: boolean,
  patience: number,
): number {
  if (block.phase !== 'collecting' || block.only !== undefined || !block.sourceOrdered) return 0;
  const eta = etaOf(session);
  const mine = now + eta + slack;
  block.waitsSince = Math.min(block.waitsSince, now);
  const isOverdue = now - block.waitsSince > 2 * eta + patience;
  let soon = 0;
  let variance = 0;
  for (const { from, to, count, loss, of } of arrivals.get(block.index) ?? []) {
    if (isOverdue && of !== session) continue;
    const inTime = to <= mine ? count : from >= mine ? 0 : (count * (mine - from)) / (to - from);
    const risk = isAheadOfLoss ? loss : 0;
    soon += inTime * (1 - risk);
    variance += inTime * risk * (1 - risk);
  }
  const lossy = block.enough > block.real || block.got + soon < block.real - 0.4;
  const target = lossy ? Math.max(block.enough + SPARE, block.real + SPARE_AT_END) : block.real;
  const need = target - block.got - soon + SHORTFALL * Math.sqrt(variance);
  return need / (1 - session.expectedLoss);
}

/** Orders up to `most` of the `need` droplets of a block from a session; returns how many. */
function give(session: Session, block: OpenBlock, most: number, need: number): number {
  if (need < 0.5 || block.phase !== 'collecting' || !session.canOrder) return 0;
  if (block.only !== undefined && block.only !== session.index) return 0;
  let given = 0;
  while (given < most && session.canOrder) {
    const stretch = block.takeSource(most - given) ?? block.takeAgain(most - given);
    if (stretch === undefined) break;
    order(session, block, stretch);
    block.expectedSource += stretch.count;
    given += stretch.count;
  }
  if (given > 0 || !block.sourceOrdered) return given;
  const count = Math.min(most, Math.max(1, Math.round(need)));
  const stretch = block.takeRepair(count);
  order(session, block, stretch);
  expectRepair(block, count, session.expectedLoss, 0);
  return count;
}

function order(session: Session, block: OpenBlock, stretch: { from: number; count: number }): void {
  session.order(block.index, stretch.from, stretch.count);
  block.order(session.index, stretch.from, stretch.count);
}
