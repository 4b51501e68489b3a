/** Access links of homes, drawn from what was measured of them. */
import { type Random, unit } from '../../../core/protocol/random.ts';
import { Link } from './network.ts';

/**
 * Mbit/s down that this share of lines does not exceed. Ofcom, "UK home broadband performance, measurement period March
 * 2023" (published September 2023): median 69.4, 12 % below 30, 3 % below 10, mean of cable 270.6, of packages of 900 to
 * 1000 Mbit/s 919.8. It gives neither the slowest line, nor how many lines the last two stand for: 2, a tenth and all
 * are assumed. Between the points the logarithm is linear.
 */
const DOWN: readonly (readonly [share: number, mbit: number])[] = [
  [0, 2],
  [0.03, 10],
  [0.12, 30],
  [0.5, 69.4],
  [0.9, 270.6],
  [1, 919.8],
];
/** Medians up and down of the same report; that every line has this ratio is assumed. */
const UP_OF_DOWN = 18.4 / 69.4;
/** One way over one access link, ms; two of them make a path of 5 to 60. Assumed. */
const LEAST_DELAY = 2.5;
const MOST_DELAY = 30;
/** Part of the datagrams lost on good lines, and on the share of lines that are bad. Assumed. */
const LOSS = 0.001;
const BAD_LOSS = 0.01;
const BAD_LINES = 0.1;
/** What waits for a line at most: ms of its rate, and no less than these bytes. Assumed. */
const QUEUE = 100;
const LEAST_QUEUE = 30_000;

export interface Access {
  readonly down: Link;
  readonly up: Link;
}

export function drawAccess(random: Random): Access {
  const down = (downOf(unit(random)) * 1e6) / 8;
  const delay = LEAST_DELAY + unit(random) * (MOST_DELAY - LEAST_DELAY);
  const loss = unit(random) < BAD_LINES ? BAD_LOSS : LOSS;
  const link = (rate: number): Link =>
    new Link({ rate, delay, loss, queue: Math.max(LEAST_QUEUE, (rate * QUEUE) / 1000) }, random);
  return { down: link(down), up: link(down * UP_OF_DOWN) };
}

/** Mbit/s. */
function downOf(share: number): number {
  const after = DOWN.findIndex(([upTo], i) => i > 0 && share <= upTo);
  const [from, low] = DOWN[after - 1];
  const [to, high] = DOWN[after];
  return low * (high / low) ** ((share - from) / (to - from));
}
