/** What the nodes of one Murky Waters say to each other, on its way between the socket and the node. */
import { writeControl } from '../wire/control.ts';
import { TYPE_MEMBER } from '../wire/datagram.ts';
import { MemberGate } from './member-gate.ts';
import type { FromNet, MemberDatagram, ToMembers } from './messages.ts';
import type { Udp } from './udp.ts';

export class Members {
  readonly #gate = new MemberGate();
  readonly #post: (message: FromNet) => void;
  /** For the node, since the last pump. */
  #admitted: MemberDatagram[] = [];

  constructor(post: (message: FromNet) => void) {
    this.#post = post;
  }

  /** What the node says; `udp`: undefined while no port is bound, and then what is to be sent is lost. */
  handle(now: number, message: ToMembers, udp: Udp | undefined): void {
    switch (message.type) {
      case 'members':
        this.#gate.isOpen = message.open;
        return;
      case 'members-taken':
        this.#gate.taken(message.count);
        return;
      case 'member':
        if (udp !== undefined && !udp.isFull) this.#send(now, message.datagram, udp);
        return;
    }
  }

  /** Somebody has sent `payload`, which is kept when the gate lets it through. */
  receive(now: number, address: string, payload: Uint8Array): void {
    if (this.#gate.admit(now, address)) this.#admitted.push({ address, payload });
  }

  /** Hands on to the node what has come. */
  pump(): void {
    if (this.#admitted.length > 0) this.#post({ type: 'members', datagrams: this.#admitted.splice(0) });
  }

  #send(now: number, { address, payload }: MemberDatagram, udp: Udp): void {
    this.#gate.sendsTo(now, address);
    udp.sendTo(address, writeControl({ type: TYPE_MEMBER, payload }));
  }
}
