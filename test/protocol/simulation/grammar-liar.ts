/**
 * A server that draws every field of all that it sends from a grammar of legal and illegal moves. It has moods, for
 * nearly all that does harm takes being honest in most fields for a while: what a mood does in a field it does until
 * the next one.
 */
import { type Random, unit } from '../../../core/protocol/random.ts';
import { readControl, writeControl } from '../../../core/wire/control.ts';
import {
  type Extent,
  type Hello,
  MANIFEST_BLOCK,
  NO_BLOCK,
  type PeerAddress,
  RAIN_HEADER,
  type Subscribe,
  type Token,
  TYPE_HELLO,
  TYPE_SORRY,
  TYPE_SUBSCRIBE,
} from '../../../core/wire/datagram.ts';
import { emptyRainHeader, writeRain } from '../../../core/wire/rain.ts';
import { USELESS } from './client-host.ts';
import type { Host } from './network.ts';
import { symbolsOf, tagOf, termsOf, type VirtualResource } from './virtual-resource.ts';

/** How long a mood lasts at most, ms. */
const LONGEST_MOOD = 4000;
/** Datagrams a second at most: a flood is another matter. */
const MOST_RATE = 1500;
/** What is sent beside droplets, for nothing, a second at most. */
const MOST_CONTROL = 200;

/** The first of each is what an honest server does. */
const GRAMMAR = {
  answer: ['rightly', 'rightly', 'hello at once', 'challenge', 'sorry', 'never'],
  pours: ['as asked', 'as asked', 'little', 'less', 'more', 'in bursts', 'now and then', 'nothing'],
  count: ['fits', 'one', 'too many'],
  drained: ['rightly', 'always', 'never'],
  token: ['its own', 'its own', 'its own', 'another'],
  sequence: ['next', 'next', 'skips', 'leaps', 'again', 'zero', 'random'],
  timestamp: ['clock', 'clock', 'stands', 'random', 'backwards', 'leaps', 'slow'],
  echo: ['newest', 'newest', 'old', 'first', 'random'],
  echoDelay: ['right', 'none', 'most', 'random'],
  block: ['ordered', 'ordered', 'ordered', 'another', 'first', 'manifest', 'none such', 'random'],
  id: ['ordered', 'ordered', 'skips', 'last', 'again', 'beyond', 'useless', 'random'],
  size: ['right', 'right', 'right', 'smaller'],
  payload: ['right', 'right', 'false', 'seldom false', 'false for repair', 'false where others pour too'],
  manifest: ['right', 'right', 'false', 'nothing'],
  manifestBytes: ['right', 'right', 'right', 'shorter', 'longer', 'least', 'most', 'random'],
  symbolSize: ['right', 'right', 'right', 'smaller', 'random'],
  blockSymbols: ['right', 'right', 'right', 'random'],
  profile: ['right', 'right', 'right', 'another'],
  front: ['nobody', 'nobody', 'random', 'none such'],
  peers: ['none', 'none', 'siblings', 'nobody', 'both'],
  unasked: ['nothing', 'nothing', 'nothing', 'hello', 'challenge', 'sorry', 'noise', 'all'],
} as const;

type Field = keyof typeof GRAMMAR;
type Mood = { readonly [F in Field]: (typeof GRAMMAR)[F][number] };

export interface LiarHome {
  readonly random: Random;
  readonly resource: VirtualResource;
  /** Another host like this one. */
  sibling(): PeerAddress;
}

export class GrammarLiar implements Host {
  readonly #home: LiarHome;
  readonly #random: Random;
  readonly #resource: VirtualResource;
  readonly #cookie = new Uint8Array(16);
  readonly #header = emptyRainHeader();
  readonly #out: { readonly to: string; readonly bytes: Uint8Array }[] = [];
  #mood: Mood;
  #moodEnds = 0;
  /** In this part of its moods a field is not what an honest server has there. */
  readonly #malice: number;
  #client = '';
  #token: Token = { high: 0, low: 0 };
  #resourceId = '';
  #asked: Subscribe | undefined;
  #askedAt = 0;
  #first = 0;
  #poured = 0;
  #sequence = 0;
  #stamp = 0;
  #due = 0;
  #controlDue = 0;

  constructor(home: LiarHome) {
    this.#home = home;
    this.#random = home.random;
    this.#resource = home.resource;
    this.#cookie.fill(1 + (home.random.u32() % 255));
    this.#malice = pick(home.random, [0.05, 0.15, 0.4]);
    this.#mood = this.#draw();
  }

  receive(now: number, from: string, bytes: Uint8Array): void {
    const datagram = readControl(bytes);
    if (typeof datagram === 'string' || datagram.type !== TYPE_SUBSCRIBE) return;
    if (this.#asked === undefined) this.#first = datagram.sequence;
    this.#client = from;
    this.#token = datagram.token;
    this.#resourceId = datagram.resource;
    this.#asked = datagram;
    this.#askedAt = now;
    this.#due = Math.max(this.#due, now);
    this.#answer(datagram);
  }

  pump(now: number, send: (to: string, bytes: Uint8Array) => void): number {
    if (now >= this.#moodEnds) {
      this.#mood = this.#draw();
      this.#moodEnds = now + LONGEST_MOOD * unit(this.#random) ** 2;
    }
    const asked = this.#asked;
    if (asked === undefined) return Number.POSITIVE_INFINITY;
    for (const { to, bytes } of this.#out.splice(0)) send(to, bytes);
    const goesOn = now < this.#askedAt + 5000;
    while (goesOn && this.#controlDue <= now) {
      this.#controlDue =
        Math.max(now, this.#controlDue) + 1000 / MOST_CONTROL + 200 * unit(this.#random) ** 4;
      this.#unasked();
    }
    while (goesOn && this.#due <= now) {
      const rate = this.#rate(now, asked);
      this.#due = Math.max(now - 20, this.#due) + (rate > 0 ? 1000 / rate : 50);
      const bytes = rate > 0 ? this.#rain(now, asked) : undefined;
      if (bytes !== undefined) send(this.#client, bytes);
    }
    for (const { to, bytes } of this.#out.splice(0)) send(to, bytes);
    return goesOn ? Math.min(this.#due, this.#controlDue, this.#moodEnds) : Number.POSITIVE_INFINITY;
  }

  #draw(): Mood {
    const fields = Object.entries(GRAMMAR).map(([field, moves]) => [
      field,
      unit(this.#random) < this.#malice ? pick<string>(this.#random, moves) : moves[0],
    ]);
    return Object.fromEntries(fields);
  }

  #rate(now: number, { rate }: Subscribe): number {
    const most = Math.min(rate, MOST_RATE);
    switch (this.#mood.pours) {
      case 'as asked':
        return most;
      case 'little':
        return Math.min(most, 8);
      case 'less':
        return most / 4;
      case 'more':
        return Math.min(2 * rate, MOST_RATE);
      case 'in bursts':
        return now % 400 < 100 ? most : 0;
      case 'now and then':
        return now % 3000 < 600 ? most : 0;
      case 'nothing':
        return 0;
    }
  }

  #answer(asked: Subscribe): void {
    const { answer } = this.#mood;
    const isProven = asked.cookie.every((byte, i) => byte === this.#cookie[i]);
    if (answer === 'sorry') this.#sorry();
    else if (answer === 'challenge' || (answer === 'rightly' && !isProven)) this.#challenge();
    else if (answer === 'hello at once' || (answer === 'rightly' && asked.wantsHello)) this.#hello(asked);
  }

  #unasked(): void {
    const { unasked } = this.#mood;
    const what = unasked === 'all' ? pick(this.#random, ['hello', 'challenge', 'sorry', 'noise']) : unasked;
    if (what === 'sorry') this.#sorry();
    else if (what === 'challenge') {
      this.#cookie.fill(1 + (this.#random.u32() % 255));
      this.#challenge();
    } else if (what === 'hello' && this.#asked !== undefined) this.#hello(this.#asked);
    else if (what === 'noise') {
      const bytes = Uint8Array.from({ length: 4 + (this.#random.u32() % 200) }, () => this.#random.u32());
      bytes.set([0xa7, 0x10 + (this.#random.u32() % 8)]);
      this.#say(bytes);
    }
  }

  #say(bytes: Uint8Array): void {
    this.#out.push({ to: this.#client, bytes });
  }

  #challenge(): void {
    const token = this.#mood.token === 'another' ? this.#otherToken() : this.#token;
    this.#say(writeControl({ type: TYPE_HELLO, kind: 'challenge', token, cookie: this.#cookie }));
  }

  #sorry(): void {
    this.#say(
      writeControl({
        type: TYPE_SORRY,
        reason: pick(this.#random, ['absent', 'busy', 'version', 'refused']),
        token: this.#token,
        resource: unit(this.#random) < 0.8 ? this.#resourceId : 'dead00000000beef',
        retryAfter: pick(this.#random, [0, 9, 1000, 60_000]),
      }),
    );
  }

  #hello({ sequence }: Subscribe): void {
    const random = this.#random;
    const { manifestBytes, symbolSize, blockSymbols } = termsOf(this.#resource);
    const mood = this.#mood;
    const sizes = {
      right: manifestBytes,
      shorter: Math.max(1, manifestBytes - 32),
      longer: manifestBytes + 32,
      least: 1,
      most: 64 * 2 ** 20,
      random: 1 + (random.u32() % (4 * manifestBytes)),
    };
    const symbols = { right: symbolSize, smaller: 64, random: 64 * (1 + (random.u32() % 18)) };
    const hello: Hello = {
      type: TYPE_HELLO,
      kind: 'resource',
      token: this.#token,
      cookie: this.#cookie,
      echo: mood.echo === 'newest' ? sequence : random.u32() % (sequence + 1),
      manifestBytes: sizes[mood.manifestBytes],
      symbolSize: symbols[mood.symbolSize],
      blockSymbols: mood.blockSymbols === 'right' ? blockSymbols : 4 + (random.u32() % 1021),
      profile: mood.profile === 'right' ? 1 : 2,
      front:
        mood.front === 'nobody'
          ? NO_BLOCK
          : mood.front === 'random'
            ? random.u32() % this.#resource.blocks
            : random.u32(),
      name: new Uint8Array(0),
      peers: this.#peers(),
    };
    this.#say(writeControl(hello));
  }

  #peers(): PeerAddress[] {
    const { peers } = this.#mood;
    if (peers === 'none') return [];
    const strangers = Array.from({ length: 8 }, () => ({
      ip: Uint8Array.of(10, 66, this.#random.u32(), this.#random.u32()),
      port: 1 + (this.#random.u32() % 65_535),
    }));
    if (peers === 'nobody') return strangers;
    const siblings = [this.#home.sibling()];
    return peers === 'siblings' ? siblings : [...siblings, ...strangers];
  }

  #otherToken(): Token {
    return { high: this.#random.u32(), low: this.#random.u32() };
  }

  /** The stretch that is next in the order, as an honest server finds it. */
  #next({ extents }: Subscribe): (Extent & { readonly skipped: number }) | undefined {
    const extent = extents.find(({ offset, count }) => offset + count > this.#poured);
    return extent && { ...extent, skipped: Math.max(0, this.#poured - extent.offset) };
  }

  #rain(now: number, asked: Subscribe): Uint8Array | undefined {
    const random = this.#random;
    const mood = this.#mood;
    const next = this.#next(asked);
    const isIdle = next === undefined;
    if (isIdle && mood.id !== 'again' && mood.id !== 'random' && mood.id !== 'useless') return undefined;
    const extent = next ?? { block: 0, from: 0, count: 1, offset: this.#poured, skipped: 0 };
    const header = this.#header;
    const symbolSize = mood.size === 'right' ? this.#resource.symbolSize : 64;
    const left = extent.count - extent.skipped;
    const fits = Math.max(1, Math.floor((asked.maxDatagram - RAIN_HEADER) / symbolSize));
    const most = mood.count === 'one' ? 1 : mood.count === 'fits' ? Math.min(fits, left) : fits;
    header.count = Math.max(1, Math.min(most, 8));
    header.block = this.#block(extent.block);
    header.id = this.#id(extent.from + extent.skipped, extent.from + extent.count - header.count);
    if (mood.id === 'last') this.#poured = extent.offset + extent.count;
    else if (mood.id === 'skips')
      this.#poured = extent.offset + extent.skipped + header.count + (random.u32() % 9);
    else if (!isIdle) this.#poured = extent.offset + extent.skipped + header.count;
    const token = mood.token === 'another' ? this.#otherToken() : this.#token;
    header.tokenHigh = token.high;
    header.tokenLow = token.low;
    header.drained = mood.drained === 'rightly' ? this.#next(asked) === undefined : mood.drained === 'always';
    header.sequence = this.#nextSequence();
    header.timestamp = this.#timestamp(now);
    const echoes = {
      newest: asked.sequence,
      old: asked.sequence - 20,
      first: this.#first,
      random: random.u32(),
    };
    header.echo = echoes[mood.echo] & 0xffff;
    const delays = { right: now - this.#askedAt, none: 0, most: 1023, random: 1000 * unit(random) };
    header.echoDelay = delays[mood.echoDelay];
    header.symbolSize = symbolSize;
    const bytes = new Uint8Array(RAIN_HEADER + header.count * symbolSize);
    writeRain(bytes, header);
    this.#fill(bytes, header.block, header.id, header.count, symbolSize);
    return mood.manifest === 'nothing' && header.block >= MANIFEST_BLOCK ? undefined : bytes;
  }

  #block(ordered: number): number {
    const { blocks } = this.#resource;
    switch (this.#mood.block) {
      case 'ordered':
        return ordered;
      case 'another':
        return (ordered + 1) % blocks;
      case 'first':
        return 0;
      case 'manifest':
        return MANIFEST_BLOCK;
      case 'none such':
        return blocks + (this.#random.u32() % 3);
      case 'random':
        return this.#random.u32() % blocks;
    }
  }

  #id(ordered: number, last: number): number {
    const random = this.#random;
    switch (this.#mood.id) {
      case 'ordered':
      case 'skips':
        return ordered;
      case 'last':
        return Math.max(ordered, last);
      case 'again':
        return Math.max(0, ordered - (random.u32() % 20));
      case 'beyond':
        return ordered + 5000 + (random.u32() % 1000);
      case 'useless':
        return USELESS + (random.u32() % 1_000_000);
      case 'random':
        return random.u32() % 2 ** (4 + (random.u32() % 28));
    }
  }

  #nextSequence(): number {
    const random = this.#random;
    switch (this.#mood.sequence) {
      case 'next':
        return this.#sequence++;
      case 'skips':
        this.#sequence += random.u32() % 5;
        return this.#sequence++;
      case 'leaps':
        this.#sequence += random.u32() % 100_000;
        return this.#sequence++;
      case 'again':
        return this.#sequence;
      case 'zero':
        return 0;
      case 'random':
        return random.u32();
    }
  }

  #timestamp(now: number): number {
    const clock = Math.floor(now * 1000);
    const stamps = {
      clock,
      stands: this.#stamp,
      random: this.#random.u32(),
      backwards: 4e9 - clock,
      leaps: clock + 1e6 * (this.#random.u32() % 4000),
      slow: clock / 2,
    };
    this.#stamp = stamps[this.#mood.timestamp] >>> 0;
    return this.#stamp;
  }

  #fill(bytes: Uint8Array, block: number, first: number, count: number, symbolSize: number): void {
    const view = new DataView(bytes.buffer);
    const real = symbolsOf(this.#resource, block, this.#resource.manifestBytes);
    for (let i = 0; i < count; i++) {
      const right = tagOf(this.#resource, block, first + i);
      const isFalse =
        block >= MANIFEST_BLOCK ? this.#mood.manifest === 'false' : this.#isFalse(first + i, real);
      view.setUint32(RAIN_HEADER + i * symbolSize, isFalse ? right ^ 1 : right);
    }
  }

  #isFalse(id: number, real: number): boolean {
    switch (this.#mood.payload) {
      case 'right':
        return false;
      case 'false':
        return true;
      case 'seldom false':
        return unit(this.#random) < 0.02;
      case 'false for repair':
        return id >= real;
      case 'false where others pour too':
        return id % 7 === 3;
    }
  }
}

function pick<T>(random: Random, choices: readonly T[]): T {
  return choices[random.u32() % choices.length];
}
