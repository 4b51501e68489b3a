/**
 * Calling one peer: greeting it, requests and their answers, and giving up. What a request is about is `Work`, which
 * comes back when it is answered, and when it is not.
 */
import { type Random, unit } from '../../protocol/random.ts';
import type { EntryId } from '../record.ts';
import type { Asked } from './bodies.ts';
import {
  type Answer,
  KIND_HELLO,
  KIND_REQUEST,
  type SUBJECT_COMPARE,
  type SUBJECT_PEERS,
  type SUBJECT_TELL,
  type SUBJECT_WANT,
  type Welcome,
  writeDatagram,
} from './datagram.ts';
import type { ClusterKey, Seal } from './key.ts';
import {
  FIRST_GREETING,
  FIRST_TIMEOUT,
  LONGEST_GREETING,
  LONGEST_TIMEOUT,
  MAX_UNANSWERED,
  MAX_UNDER_WAY,
} from './limits.ts';

export type Work =
  | { readonly subject: typeof SUBJECT_TELL; readonly ids: readonly EntryId[] }
  | { readonly subject: typeof SUBJECT_COMPARE; readonly asked: readonly Asked[] }
  | { readonly subject: typeof SUBJECT_WANT; readonly ids: readonly EntryId[] }
  | { readonly subject: typeof SUBJECT_PEERS };

interface Session {
  readonly nonce: string;
  readonly cookie: Uint8Array;
  readonly seal: Seal;
}

interface UnderWay {
  readonly work: Work;
  readonly sent: number;
  readonly until: number;
}

export class Call {
  readonly #own: string;
  readonly #key: ClusterKey;
  readonly #random: Random;
  readonly #underWay = new Map<number, UnderWay>();
  /** Of the greeting that waits for its answer. */
  #nonce: string | undefined;
  #session: Session | undefined;
  /** Id of the node that answers. */
  #peer: string | undefined;
  #counter = 0;
  #greetAt: number;
  #greetings = 0;
  #roundTrip = 0;
  #timeout = FIRST_TIMEOUT;
  #window = MAX_UNDER_WAY;
  #unanswered = 0;

  constructor(now: number, own: string, key: ClusterKey, random: Random) {
    this.#own = own;
    this.#key = key;
    this.#random = random;
    this.#greetAt = now;
  }

  get isOpen(): boolean {
    return this.#session !== undefined;
  }

  /** Id of the node that answered last. */
  get peer(): string | undefined {
    return this.#peer;
  }

  /** Of the greeting under way. */
  get nonce(): string | undefined {
    return this.#nonce;
  }

  /** Greetings in a row without an answer. */
  get greetings(): number {
    return this.#greetings;
  }

  /** Whether a request may be sent now. */
  get hasRoom(): boolean {
    return this.isOpen && this.#underWay.size < this.#window;
  }

  /** A greeting, if it is time for one. */
  hello(now: number): Uint8Array | undefined {
    if (this.isOpen || now < this.#greetAt) return undefined;
    const wait = Math.min(FIRST_GREETING * 2 ** Math.min(this.#greetings, 16), LONGEST_GREETING);
    this.#greetAt = now + wait * (0.75 + unit(this.#random) / 2);
    this.#greetings++;
    const nonce = hex32(this.#random.u32()) + hex32(this.#random.u32());
    this.#nonce = nonce;
    return this.#key.greetings.close(writeDatagram({ kind: KIND_HELLO, caller: this.#own, nonce }));
  }

  /** The peer is known to be there: it is greeted at once, unless it was only just. */
  hurry(now: number): void {
    if (!this.isOpen && this.#greetings > 1) this.#greetAt = Math.min(this.#greetAt, now + FIRST_GREETING);
  }

  /** A greeting was answered; the seal has been checked. Whether it was ours, and opens the call. */
  welcomed({ called, caller, nonce, cookie }: Welcome): boolean {
    if (caller !== this.#own || nonce !== this.#nonce) return false;
    this.#nonce = undefined;
    this.#greetings = 0;
    this.#unanswered = 0;
    this.#counter = 0;
    this.#timeout = FIRST_TIMEOUT;
    this.#peer = called;
    this.#session = { nonce, cookie, seal: this.#key.session(caller, called, nonce, cookie) };
    return true;
  }

  /** The call has to be open. */
  request(now: number, work: Work, body: Uint8Array): Uint8Array {
    if (this.#session === undefined) throw new Error('a request outside a call');
    const { nonce, cookie, seal } = this.#session;
    const counter = ++this.#counter;
    this.#underWay.set(counter, { work, sent: now, until: now + this.#timeout });
    const { subject } = work;
    return seal.close(
      writeDatagram({ kind: KIND_REQUEST, subject, caller: this.#own, nonce, cookie, counter, body }),
    );
  }

  /** What `answer`, which came as `bytes`, answers; undefined if it answers nothing that waits. */
  answered(now: number, answer: Answer, bytes: Uint8Array): Work | undefined {
    const underWay = this.#underWay.get(answer.counter);
    if (this.#session?.nonce !== answer.nonce || underWay?.work.subject !== answer.subject) return undefined;
    if (!this.#session.seal.holds(bytes)) return undefined;
    this.#underWay.delete(answer.counter);
    this.#unanswered = 0;
    this.#window = Math.min(this.#window + 1, MAX_UNDER_WAY);
    const sample = now - underWay.sent;
    this.#roundTrip = this.#roundTrip === 0 ? sample : (7 * this.#roundTrip + sample) / 8;
    this.#timeout = Math.min(Math.max(FIRST_TIMEOUT, 3 * this.#roundTrip), LONGEST_TIMEOUT);
    return underWay.work;
  }

  /** What waited too long for an answer. After too much of that, in a row, the call ends. */
  expire(now: number): Work[] {
    const late: Work[] = [];
    for (const [counter, { work, until }] of this.#underWay) {
      if (until > now) continue;
      this.#underWay.delete(counter);
      late.push(work);
    }
    if (late.length === 0) return late;
    this.#window = Math.max(1, this.#window >> 1);
    this.#timeout = Math.min(2 * this.#timeout, LONGEST_TIMEOUT);
    if (++this.#unanswered >= MAX_UNANSWERED) this.hangUp(now);
    return late;
  }

  /** Ends the call; the peer is greeted again after `wait` ms. */
  hangUp(now: number, wait = 0): void {
    this.#session = undefined;
    this.#underWay.clear();
    this.#nonce = undefined;
    this.#greetAt = now + wait;
  }

  /** When there is something to do again. */
  nextTime(): number {
    if (!this.isOpen) return this.#greetAt;
    let time = Number.POSITIVE_INFINITY;
    for (const { until } of this.#underWay.values()) time = Math.min(time, until);
    return time;
  }
}

function hex32(value: number): string {
  return value.toString(16).padStart(8, '0');
}
