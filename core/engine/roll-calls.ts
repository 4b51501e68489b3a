import type { Random } from '../protocol/random.ts';
import { RollCall } from '../protocol/roll-call.ts';
import type { Token } from '../wire/datagram.ts';
import type { FromNet } from './messages.ts';

/** Roll calls that the node has asked for, each answered when it is over. */
export class RollCalls {
  readonly #open = new Map<number, RollCall>();
  readonly #random: Random;
  readonly #post: (message: FromNet) => void;

  constructor(random: Random, post: (message: FromNet) => void) {
    this.#random = random;
    this.#post = post;
  }

  begin(now: number, call: number, addresses: readonly string[]): void {
    this.#open.set(call, new RollCall(now, addresses, this.#random));
  }

  get isOpen(): boolean {
    return this.#open.size > 0;
  }

  /** Somebody has answered something with this token, to one of these or not. */
  handle(now: number, token: Token): void {
    for (const rollCall of this.#open.values()) if (rollCall.handle(now, token)) return;
  }

  /** Sends what is due; returns when there is more to do, ms. */
  pump(now: number, send: (address: string, bytes: Uint8Array) => void): number {
    let next = Number.POSITIVE_INFINITY;
    for (const [call, rollCall] of this.#open) {
      for (let out = rollCall.pollTransmit(now); out !== undefined; out = rollCall.pollTransmit(now))
        send(out.address, out.bytes);
      if (rollCall.isOver(now)) {
        this.#open.delete(call);
        this.#post({ type: 'answer', call, result: rollCall.rtts });
      } else next = Math.min(next, rollCall.pollTimeout(now));
    }
    return next;
  }
}
