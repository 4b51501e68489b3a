/** Who else is known to have a resource, by its own word: clients that have fetched all of it and serve on. */
import type { PeerAddress } from '../wire/datagram.ts';

/** Peers remembered of a resource, and resources of which any are; the oldest are forgotten first. */
const MAX_PEERS_OF_ONE = 16;
const MAX_RESOURCES = 4096;
/** How long a peer is remembered, ms. */
const LIFE = 600_000;

interface Remembered {
  readonly peer: PeerAddress;
  readonly until: number;
}

export class PeerMemory {
  readonly #peers = new Map<string, Map<string, Remembered>>();
  readonly #peerOf: (address: string) => PeerAddress | undefined;

  constructor(peerOf: (address: string) => PeerAddress | undefined) {
    this.#peerOf = peerOf;
  }

  remember(now: number, address: string, resource: string): void {
    const peer = this.#peerOf(address);
    if (peer === undefined) return;
    const peers = this.#peers.get(resource) ?? new Map<string, Remembered>();
    this.#peers.set(resource, peers);
    peers.delete(address);
    peers.set(address, { peer, until: now + LIFE });
    forgetOldest(peers, MAX_PEERS_OF_ONE);
    forgetOldest(this.#peers, MAX_RESOURCES);
  }

  knows(address: string, resource: string): boolean {
    return this.#peers.get(resource)?.has(address) ?? false;
  }

  forget(address: string, resource: string): void {
    this.#peers.get(resource)?.delete(address);
  }

  /** Those of a resource, without the one who asks. */
  of(now: number, resource: string, asker: string): PeerAddress[] {
    return [...(this.#peers.get(resource)?.entries() ?? [])]
      .filter(([address, { until }]) => address !== asker && until > now)
      .map(([, { peer }]) => peer);
  }

  expire(now: number): void {
    for (const [resource, peers] of this.#peers) {
      for (const [address, { until }] of peers) if (until <= now) peers.delete(address);
      if (peers.size === 0) this.#peers.delete(resource);
    }
  }
}

function forgetOldest(map: Map<string, unknown>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return;
    map.delete(key);
  }
}
