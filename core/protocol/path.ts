/**
 * What the client measures of the path from one server: round trip, one-way delay above the least, loss and
 * delivered rate, all from the headers of its RAIN. Times are ms, rates symbols per second.
 */
import type { RainHeader } from '../wire/datagram.ts';
import type { Epoch } from './rate-control.ts';

/** The least delay is the least of the present and the last period, ms, so that clocks may drift. */
const DELAY_PERIOD = 15_000;
/** SUBSCRIBE send times remembered, a power of two. */
const REMEMBERED = 64;
/** Fewer datagrams than this say little of a rate. */
const FEW_DATAGRAMS = 8;
/** Heartbeats come many times as often as this, ms: when the clock was not looked at for as long, the machine slept. */
const LONGEST_PAUSE = 3000;
/** More datagrams in a row with old numbers are a new count, not reordering. */
const LONGEST_OVERTAKEN = 64;
/** Datagrams over which it is a mean how far apart the server sends. */
const APART_OVER = 8;
/** No datagram counts as farther apart than so many times the mean, and ms: a server that stood still is not slow. */
const FARTHER = 8;
const FARTHER_BY = 1;
/** A server that sends nothing for so long, ms, and for so many times what was asked for, stands still. */
const STANDSTILL = 8;
const STANDSTILL_FACTOR = 4;

export class Path {
  /** Least round trip seen, ms; undefined before the first echo. */
  rtt: number | undefined;
  /** Smoothed round trip, ms. */
  smoothedRtt = 100;
  datagrams = 0;
  /** By sequence numbers: sent by the server, over its whole life. */
  expected = 0;
  /** Between symbols that the server has sent of late while it had more to send, by its clock, ms; smoothed. */
  apart = 0;
  readonly #sentAt = new Float64Array(REMEMBERED).fill(Number.NaN);
  readonly #sentSequence = new Uint32Array(REMEMBERED);
  #lastEcho = -1;
  #highest = -1;
  #newestStamp = 0;
  /** Datagrams in a row that came after a later one. */
  #overtaken = 0;
  /** The server had more to send when it sent the newest. */
  #goesOn = false;
  #clockBase = 0;
  #lastTimestamp = 0;
  #leastDelay = Number.POSITIVE_INFINITY;
  #leastDelayBefore = Number.POSITIVE_INFINITY;
  #periodStarted = 0;

  #idle = false;
  #epochStarted: number;
  #epochSymbols = 0;
  /** The datagram that arrived last counts: an epoch begins behind the first after a pause. */
  #isOfEpoch = false;
  #epochDatagrams = 0;
  #epochHighest = -1;
  #epochQueue = Number.POSITIVE_INFINITY;
  /** Of the datagram that came last in order, ms. */
  #lastQueue = 0;
  /** Of the epoch: how long the server sent nothing and nothing arrived, ms, and the datagrams at the ends of that. */
  #gaps = 0;
  #gapDatagrams = 0;
  /** Until when less arrives than could, since less is ordered, ms. */
  #limitedUntil = Number.NEGATIVE_INFINITY;
  #lastArrival: number;
  #lastLook: number;

  constructor(now: number) {
    this.#epochStarted = now;
    this.#lastArrival = now;
    this.#lastLook = now;
  }

  /** To be called before anything else that is told the time: what was measured across a sleep is no delay. */
  look(now: number): void {
    if (now - this.#lastLook > LONGEST_PAUSE) {
      this.#sentAt.fill(Number.NaN);
      this.#forgetDelays();
      this.#begin(now);
    }
    this.#lastLook = now;
  }

  subscribed(now: number, sequence: number): void {
    this.#sentAt[sequence % REMEMBERED] = now;
    this.#sentSequence[sequence % REMEMBERED] = sequence;
  }

  /** A SUBSCRIBE was answered at once. */
  answered(now: number, sequence: number): void {
    const i = sequence % REMEMBERED;
    if (this.#sentSequence[i] === sequence && now >= this.#sentAt[i]) this.#roundTrip(now - this.#sentAt[i]);
  }

  /** Takes a datagram; returns whether it came in order (false: overtaken by a later one). */
  arrived(now: number, header: RainHeader): boolean {
    this.datagrams++;
    if (this.#idle) this.#begin(now);
    else {
      // It may have been here before the clock was looked at, and not have been read.
      this.#epochStarted = Math.min(this.#epochStarted, now);
      this.#epochDatagrams++;
    }
    this.#isOfEpoch = this.#epochDatagrams > 0;
    this.#echo(now, header);
    if (this.#highest < 0) this.#newLife(header);
    else if (header.sequence <= this.#highest) {
      // Sent before the newest: overtaken. Sent after it: a subscription begun anew, counting from 0; its clock
      // may be another one, and then a long run of them tells.
      const older = ((header.timestamp - this.#newestStamp) | 0) <= 0;
      if (older && ++this.#overtaken < LONGEST_OVERTAKEN) {
        this.#delay(now, header.timestamp);
        return false;
      }
      this.#newLife(header);
    }
    this.#overtaken = 0;
    const newer = header.sequence - this.#highest;
    // While there is a queue, the path is busy though the server sends nothing. Neither clock is sure to go forward.
    const sent = ((header.timestamp - this.#newestStamp) | 0) / 1000;
    const gap = Math.max(0, Math.min(sent, now - this.#lastArrival));
    if (gap > STANDSTILL && this.#epochDatagrams > 1) {
      this.#gaps += gap;
      this.#gapDatagrams += newer;
    }
    if (this.#goesOn) this.#space(gap / newer / header.count, newer);
    this.#goesOn = !header.drained;
    this.#newestStamp = header.timestamp;
    this.expected += newer;
    this.#highest = header.sequence;
    this.#lastArrival = Math.max(this.#lastArrival, now);
    this.#lastQueue = this.#delay(now, header.timestamp);
    return true;
  }

  /** So many symbols of the datagram that arrived last were of use. */
  deliver(symbols: number): void {
    if (this.#isOfEpoch) this.#epochSymbols += symbols;
  }

  /** Ends the epoch, in which so many symbols per second were asked for, and says what it brought. */
  epoch(now: number, asked: number): Epoch {
    const datagrams = Math.max(this.#epochDatagrams, this.#highest - this.#epochHighest);
    const lost = Math.max(0, datagrams - this.#epochDatagrams);
    const limited = this.#limitedUntil > this.#epochStarted;
    // Of a few datagrams it is not known what the time after the last of them is worth; nothing if no more was ordered.
    const end = this.#epochDatagrams < FEW_DATAGRAMS && !limited ? now : this.#lastArrival;
    const span = Math.max(1, end - this.#epochStarted - this.#standstill(asked));
    const epoch: Epoch = {
      span,
      delivered: (this.#epochSymbols * 1000) / span,
      datagrams,
      lost,
      queue: Number.isFinite(this.#epochQueue) ? this.#epochQueue : undefined,
      lastQueue: this.#epochDatagrams > 0 ? this.#lastQueue : undefined,
      limited,
    };
    this.#begin(this.#epochDatagrams > 0 ? this.#lastArrival : now);
    return epoch;
  }

  get epochStarted(): number {
    return this.#epochStarted;
  }

  get epochDatagrams(): number {
    return this.#epochDatagrams;
  }

  /** Starts a new epoch without judging the last: there was nothing to measure. */
  skipEpoch(now: number): void {
    this.#begin(now);
  }

  /** What is ordered now does not fill the pipe: what arrives in a round trip says nothing of the path. */
  limit(now: number): void {
    this.#limitedUntil = now + this.smoothedRtt;
  }

  /** Nothing has been ordered for a while: an epoch begins with the next datagram. */
  rest(): void {
    this.#idle = true;
    this.#goesOn = false;
  }

  /** How much of the epoch the server stood still, ms: of the path that says nothing. */
  #standstill(asked: number): number {
    const apart = (1000 * this.#epochSymbols) / this.#epochDatagrams / asked;
    return STANDSTILL_FACTOR * apart < STANDSTILL ? this.#gaps - this.#gapDatagrams * apart : 0;
  }

  #begin(at: number): void {
    this.#idle = false;
    this.#epochStarted = at;
    this.#epochSymbols = 0;
    this.#epochDatagrams = 0;
    this.#epochHighest = this.#highest;
    this.#epochQueue = Number.POSITIVE_INFINITY;
    this.#gaps = 0;
    this.#gapDatagrams = 0;
  }

  /** The server forgot this client: its sequence and its clock may start anywhere. */
  reset(): void {
    this.#highest = -1;
    this.#lastEcho = -1;
  }

  /** Symbols of as many datagrams were so far apart, ms. */
  #space(apart: number, datagrams: number): void {
    if (this.apart === 0) this.apart = apart;
    const farthest = FARTHER * this.apart + FARTHER_BY;
    this.apart += (Math.min(apart, farthest) - this.apart) * Math.min(1, datagrams / APART_OVER);
  }

  #newLife(header: RainHeader): void {
    this.#goesOn = false;
    this.#highest = header.sequence - 1;
    this.#epochHighest = this.#highest;
    this.#forgetDelays();
    this.#clockBase = 0;
    this.#lastTimestamp = header.timestamp / 1000;
  }

  #forgetDelays(): void {
    this.#leastDelay = Number.POSITIVE_INFINITY;
    this.#leastDelayBefore = Number.POSITIVE_INFINITY;
  }

  #echo(now: number, header: RainHeader): void {
    if (header.echo === this.#lastEcho) return;
    this.#lastEcho = header.echo;
    const i = header.echo % REMEMBERED;
    if ((this.#sentSequence[i] & 0xffff) !== header.echo) return;
    const rtt = now - this.#sentAt[i] - header.echoDelay;
    // Not a number while nothing was sent under that sequence.
    if (rtt >= 0) this.#roundTrip(rtt);
  }

  #roundTrip(sample: number): void {
    const rtt = Math.max(0.1, sample);
    this.smoothedRtt = this.rtt === undefined ? rtt : this.smoothedRtt * 0.875 + rtt * 0.125;
    this.rtt = Math.min(this.rtt ?? rtt, rtt);
  }

  /** One-way delay: clocks are not synchronised, so only its excess over the least, which is returned, means something. */
  #delay(now: number, timestamp: number): number {
    const stamp = timestamp / 1000;
    const wrap = 0x1_0000_0000 / 1000;
    if (stamp < this.#lastTimestamp - wrap / 2) {
      this.#clockBase += wrap;
      this.#lastTimestamp = stamp;
    }
    const late = stamp > this.#lastTimestamp + wrap / 2;
    const clock = this.#clockBase + stamp - (late ? wrap : 0);
    if (!late) this.#lastTimestamp = Math.max(this.#lastTimestamp, stamp);
    const delay = now - clock;
    if (now - this.#periodStarted > DELAY_PERIOD) {
      this.#leastDelayBefore = this.#leastDelay;
      this.#leastDelay = delay;
      this.#periodStarted = now;
    }
    this.#leastDelay = Math.min(this.#leastDelay, delay);
    const queue = delay - Math.min(this.#leastDelay, this.#leastDelayBefore);
    this.#epochQueue = Math.min(this.#epochQueue, queue);
    return queue;
  }
}
