/** The peers of a node: listed, or learnt of; bounded, and without itself. */
import { MAX_PEERS } from './limits.ts';
import { type Desk, Peer } from './peer.ts';

/** Addresses that turned out to be this node's own. */
const MAX_OWN_ADDRESSES = 16;
/** Greetings after which one that was only learnt of, and never answered, is forgotten. */
const MAX_GREETINGS = 6;
/** How long one that was only learnt of, and answered once, is remembered without a word from it, ms. */
const MEMORY = 86_400_000;

export class Peers {
  readonly #desk: Desk;
  readonly #peers = new Map<string, Peer>();
  readonly #ownAddresses = new Set<string>();

  constructor(desk: Desk) {
    this.#desk = desk;
  }

  [Symbol.iterator](): Iterator<Peer> {
    return this.#peers.values();
  }

  get size(): number {
    return this.#peers.size;
  }

  get(address: string): Peer | undefined {
    return this.#peers.get(address);
  }

  /** Undefined when there is no room, or the address is this node's own. */
  add(now: number, address: string, isListed: boolean): Peer | undefined {
    const known = this.#peers.get(address);
    if (known !== undefined && (known.isListed || !isListed)) return known;
    if (this.#ownAddresses.has(address)) return undefined;
    if (known === undefined && this.#peers.size >= MAX_PEERS) return undefined;
    const peer = new Peer(now, address, isListed, this.#desk);
    this.#peers.set(address, peer);
    return peer;
  }

  remove(address: string): void {
    this.#peers.delete(address);
    this.#desk.clock.forget(address);
  }

  open(): Peer[] {
    return [...this.#peers.values()].filter(({ call }) => call.isOpen);
  }

  /** This node's own greeting came back to it: whichever address it was sent to is its own. */
  greetedItself(nonce: string): void {
    for (const { call, address } of this.#peers.values()) {
      if (call.nonce !== nonce || this.#ownAddresses.size >= MAX_OWN_ADDRESSES) continue;
      this.#ownAddresses.add(address);
      this.remove(address);
    }
  }

  /** Whether the node that answers at this peer's address is called at another one already. */
  isAlias(peer: Peer): boolean {
    return this.open().some((other) => other !== peer && other.call.peer === peer.call.peer);
  }

  forgetSilent(now: number): void {
    for (const { address, isListed, call, lastSeen } of this.#peers.values()) {
      if (isListed || call.isOpen) continue;
      const silent = call.peer === undefined ? call.greetings > MAX_GREETINGS : now - lastSeen > MEMORY;
      if (silent) this.remove(address);
    }
  }
}
