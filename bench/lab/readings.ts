/** What readings of a link say of the flows on it. */
import type { Flow } from './bottleneck.ts';
import type { Reading, Traffic } from './link-process.ts';

const BYTES_PER_MEGABIT = 1e6 / 8;

/** What part of a link of `rate` Mbit/s each flow had, 0..1. */
export function sharesOf(readings: readonly Reading[], flows: readonly Flow[], rate: number): number[] {
  return flows.map((flow) => rateOf(readings[0], readings[readings.length - 1], flow, 'carried') / rate);
}

/** Mbit/s of IP between two readings. */
export function rateOf(from: Reading, to: Reading, flow: Flow, which: keyof Traffic): number {
  const bytes = bytesOf(to, flow, which) - bytesOf(from, flow, which);
  return bytes / BYTES_PER_MEGABIT / ((to.at - from.at) / 1000);
}

/** ms that a packet had to wait for the rate of the link, at most, since the reading before the first of these. */
export function longestWait(readings: readonly Reading[]): number {
  return Math.max(...readings.map(({ wait }) => wait));
}

/** Seconds from the first reading until the flow had sent its last. */
export function silentAfter(readings: readonly Reading[], flow: Flow): number {
  const all = bytesOf(readings[readings.length - 1], flow, 'sent');
  const last = readings.findIndex((reading) => bytesOf(reading, flow, 'sent') === all);
  return secondsTo(readings, last);
}

/** Seconds from the first reading until the flow had sent more than `most`, Mbit/s, over a second for the last time. */
export function steadyAfter(readings: readonly Reading[], flow: Flow, most: number): number {
  const tooMuch = readings.findLastIndex((from) => {
    const to = readings.find(({ at }) => at >= from.at + 1000);
    return to !== undefined && rateOf(from, to, flow, 'sent') > most;
  });
  return secondsTo(readings, tooMuch + 1);
}

/** Jain's index: 1 when all have as much, 1/n when one has all. */
export function jain(shares: readonly number[]): number {
  const sum = shares.reduce((a, b) => a + b);
  return sum ** 2 / (shares.length * shares.reduce((a, b) => a + b * b, 0));
}

function bytesOf({ flows }: Reading, { ports }: Flow, which: keyof Traffic): number {
  return ports.reduce((sum, port) => sum + (flows.get(port)?.[which] ?? 0), 0);
}

function secondsTo(readings: readonly Reading[], index: number): number {
  return (readings[index].at - readings[0].at) / 1000;
}
