/**
 * What to make of classic droplets, of which nothing can be verified. All streams pour into one decoder, until
 * something contradicts; then each stream is believed by itself alone.
 */
import type { ClassicDroplet } from '../wire/classic.ts';
import { ClassicDecoder } from './classic-decoder.ts';

/** More are not looked at; where they do not agree, each takes up to 4.2 MB. */
const MAX_STREAMS = 12;
/** Droplets of one stream that are looked at: ten times what it takes from a server of 2012. */
const MAX_DROPLETS = 1024;
const STUCK_AFTER = 60_000;
/** Redundant droplets that have to agree with what was decoded, unless too few come for so long, ms. */
const CHECKS = 2;
const CHECK_WAIT = 250;
/** How long other streams are waited for when they are believed one by one, and one is complete, ms. */
const OTHERS_WAIT = 5000;
/** A stream that contradicts itself starts again so often: a resource may be overwritten while it is poured. */
const CHANCES = 2;

/** Tells the right bytes from others. */
export type Accepts = (bytes: Uint8Array) => boolean;

/** The resource; or why it will not come from these streams. */
export type ClassicVerdict = Uint8Array<ArrayBuffer> | 'contradicted' | 'stuck';

/** What comes from one address. */
interface Stream {
  readonly address: string;
  droplets: number;
  /** Nothing more of it is looked at. */
  isClosed: boolean;
  /** Its own droplets, once streams are believed one by one. */
  decoder: ClassicDecoder | undefined;
  content: Uint8Array<ArrayBuffer> | undefined;
  contradictions: number;
}

export class ClassicBelief {
  /** Where streams came from that contradicted themselves, or were not accepted. */
  readonly liars: string[] = [];
  readonly #accepts: Accepts | undefined;
  readonly #streams = new Map<string, Stream>();
  /** What all streams pour into; undefined before the first droplet, and when they are believed one by one. */
  #together: ClassicDecoder | undefined;
  #isApart = false;
  /** When something new was learned last, ms. */
  #learnedAt: number;
  /** When it is judged by what is there, ms. */
  #settleAt = Number.POSITIVE_INFINITY;
  #believed: Uint8Array<ArrayBuffer> | undefined;

  constructor(now: number, accepts: Accepts | undefined) {
    this.#learnedAt = now;
    this.#accepts = accepts;
  }

  /** When `judge` may have something to say although nothing has come, ms. */
  get dueAt(): number {
    return Math.min(this.#settleAt, this.#learnedAt + STUCK_AFTER);
  }

  /** Takes a droplet that came from `address`; false: nothing more of that stream is looked at. */
  take(now: number, address: string, droplet: ClassicDroplet): boolean {
    const stream = this.#streamFrom(address);
    if (stream === undefined || stream.isClosed) return false;
    stream.droplets++;
    if (stream.droplets > MAX_DROPLETS) close(stream);
    else if (this.#isApart) this.#takeApart(now, stream, droplet);
    else this.#takeTogether(now, droplet);
    return !stream.isClosed;
  }

  /** What is to be believed of `servers` servers by now; undefined: nothing yet. */
  judge(now: number, servers: number): ClassicVerdict | undefined {
    const streams = [...this.#streams.values()];
    const isAllSaid = streams.length >= servers && streams.every(({ isClosed }) => isClosed);
    if (now >= this.#settleAt && this.#together !== undefined) this.#settleTogether(now, this.#together);
    if (this.#believed !== undefined) return this.#believed;
    if (this.#isApart && (isAllSaid || now >= this.#settleAt)) return this.#compare(streams);
    return isAllSaid || now >= this.#learnedAt + STUCK_AFTER ? 'stuck' : undefined;
  }

  #streamFrom(address: string): Stream | undefined {
    const known = this.#streams.get(address);
    if (known !== undefined || this.#streams.size === MAX_STREAMS) return known;
    const stream: Stream = {
      address,
      droplets: 0,
      isClosed: false,
      decoder: undefined,
      content: undefined,
      contradictions: 0,
    };
    this.#streams.set(address, stream);
    return stream;
  }

  #takeTogether(now: number, droplet: ClassicDroplet): void {
    this.#together ??= new ClassicDecoder(droplet.dataLength);
    const decoder = this.#together;
    if (!this.#pourInto(now, decoder, droplet)) this.#believeOneByOne(now);
    else if (this.#isChecked(decoder)) this.#settleTogether(now, decoder);
    else if (decoder.isComplete) this.#settleBy(now + CHECK_WAIT);
  }

  #settleTogether(now: number, decoder: ClassicDecoder): void {
    const bytes = decoder.content();
    if (bytes !== undefined && this.#accepts?.(bytes) !== false) this.#believed = bytes;
    else this.#believeOneByOne(now);
  }

  /** Some droplet was wrong, and it may be of any stream: all starts again. */
  #believeOneByOne(now: number): void {
    this.#isApart = true;
    this.#together = undefined;
    this.#settleAt = Number.POSITIVE_INFINITY;
    this.#learnedAt = now;
  }

  #takeApart(now: number, stream: Stream, droplet: ClassicDroplet): void {
    stream.decoder ??= new ClassicDecoder(droplet.dataLength);
    const { decoder } = stream;
    if (!this.#pourInto(now, decoder, droplet)) this.#contradicted(stream);
    else if (this.#isChecked(decoder)) this.#settleApart(now, stream, decoder);
    else if (decoder.isComplete) this.#settleBy(now + OTHERS_WAIT);
  }

  #settleApart(now: number, stream: Stream, decoder: ClassicDecoder): void {
    const bytes = decoder.content();
    if (bytes === undefined) this.#contradicted(stream);
    else if (this.#accepts === undefined) {
      close(stream);
      stream.content = bytes;
      this.#settleBy(now + OTHERS_WAIT);
    } else if (this.#accepts(bytes)) this.#believed = bytes;
    else this.#convict(stream);
  }

  #contradicted(stream: Stream): void {
    stream.decoder = undefined;
    stream.contradictions++;
    if (stream.contradictions > CHANCES) this.#convict(stream);
  }

  #convict(stream: Stream): void {
    close(stream);
    this.liars.push(stream.address);
  }

  /** What streams have said completely, each by itself, has to be the same. */
  #compare(streams: readonly Stream[]): ClassicVerdict {
    const [first, ...others] = streams.flatMap(({ content, decoder }) => {
      const bytes = content ?? (decoder?.isComplete ? decoder.content() : undefined);
      return bytes === undefined ? [] : [bytes];
    });
    return first !== undefined && others.every((other) => isSame(first, other)) ? first : 'contradicted';
  }

  /** False: the droplet contradicts what the decoder has. */
  #pourInto(now: number, decoder: ClassicDecoder, { mask, dataLength, payload }: ClassicDroplet): boolean {
    if (decoder.dataLength !== dataLength) return false;
    const intake = decoder.add(mask, payload);
    if (intake === 'new') this.#learnedAt = now;
    return intake !== 'contradiction';
  }

  #isChecked(decoder: ClassicDecoder): boolean {
    return decoder.isComplete && (this.#accepts !== undefined || decoder.redundant >= CHECKS);
  }

  #settleBy(at: number): void {
    this.#settleAt = Math.min(this.#settleAt, at);
  }
}

function close(stream: Stream): void {
  stream.isClosed = true;
  stream.decoder = undefined;
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}
