/** A session that is a handful of numbers, for what looks at sessions and says nothing itself. */
import { Orders } from '../../../core/protocol/orders.ts';
import type { Session } from '../../../core/protocol/session.ts';

export interface PlainSession {
  readonly index: number;
  live: boolean;
  useful: number;
  canOrder: boolean;
  timeout: number;
  horizon: number;
  isOnProbation: boolean;
  expectedLoss: number;
  interval: number;
  readonly pace: { flow: number };
  readonly path: { smoothedRtt: number };
  readonly orders: Orders;
  /** Blocks whose orders were taken back. */
  readonly cancelled: number[];
}

export function plainSession(index: number, fields: Partial<PlainSession> = {}): PlainSession {
  return {
    index,
    live: true,
    useful: 0,
    canOrder: true,
    timeout: 0,
    horizon: 100,
    isOnProbation: false,
    expectedLoss: 0,
    interval: 50,
    pace: { flow: 1000 },
    path: { smoothedRtt: 40 },
    orders: new Orders(),
    cancelled: [],
    ...fields,
  };
}

/** What the planner, the window and an inquest are given: they use nothing else of a session. */
export function asSession(plain: PlainSession): Session {
  return Object.assign(plain, {
    order: (block: number, from: number, count: number) => plain.orders.add(block, from, count),
    cancel: (block: number) => {
      plain.cancelled.push(block);
      plain.orders.cancel(block);
    },
  }) as unknown as Session;
}
