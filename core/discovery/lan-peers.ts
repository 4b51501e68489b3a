import type { Sighting } from './lan-presence.ts';

/** A node on the local network, reachable under one address; a node with several addresses is several peers. */
export interface LanPeer {
  /** 16 hex digits; another one after each start of the node. */
  readonly nodeId: string;
  /** IP address; a link-local one with its zone. */
  readonly host: string;
  readonly port: number;
}

interface Entry {
  readonly peer: LanPeer;
  readonly link: string;
  /** Times in ms, on the clock of the caller. */
  readonly heardAt: number;
  readonly expiresAt: number;
}

/** What a sighting changed; both when a peer has a new port. */
export interface PeerChange {
  readonly found?: LanPeer;
  readonly lost?: LanPeer;
}

/** Bound of the memory, whatever is announced; about 300 bytes each. */
const MOST_PEERS = 256;
/** So that one machine cannot fill the table. */
const MOST_PER_HOST = 16;
/** Parts of its lifetime after which a record is asked for again (RFC 6762 section 5.2). */
const REFRESH_AT = [0.8, 0.9];

/** Remembers who is here and until when. Does not know clocks: `now` is an argument, in ms. */
export class LanPeers {
  readonly #entries = new Map<string, Entry>();

  /** Takes in what `host` said on `link`. A node is heard only about itself: nobody ends or moves another. */
  see(now: number, link: string, host: string, sighting: Sighting): PeerChange {
    const key = `${link} ${host} ${sighting.nodeId}`;
    const before = this.#entries.get(key);
    if (!('port' in sighting)) {
      this.#entries.delete(key);
      return before === undefined ? {} : { lost: before.peer };
    }
    if (before === undefined && !this.#hasRoomFor(host)) return {};
    const { nodeId, port, lifetime } = sighting;
    const unchanged = before?.peer.port === port;
    const peer = unchanged ? before.peer : { nodeId, host, port };
    this.#entries.set(key, { peer, link, heardAt: now, expiresAt: now + lifetime * 1000 });
    if (unchanged) return {};
    return before === undefined ? { found: peer } : { found: peer, lost: before.peer };
  }

  /** Forgets and returns those whose time is over. */
  expire(now: number): readonly LanPeer[] {
    return this.#remove((entry) => entry.expiresAt <= now);
  }

  /** Forgets and returns those heard on a link that is no longer there. */
  keepLinks(links: ReadonlySet<string>): readonly LanPeer[] {
    return this.#remove((entry) => !links.has(entry.link));
  }

  /** Those of a link with more than half of their time ahead, which need not answer again; seconds remaining. */
  fresh(now: number, link: string): readonly { readonly nodeId: string; readonly remaining: number }[] {
    return [...this.#entries.values()]
      .filter((entry) => entry.link === link && entry.expiresAt - now > now - entry.heardAt)
      .sort((a, b) => b.expiresAt - a.expiresAt)
      .map(({ peer, expiresAt }) => ({
        nodeId: peer.nodeId,
        remaining: Math.floor((expiresAt - now) / 1000),
      }));
  }

  /** The next time after `now` at which somebody should be asked whether it is still here. */
  refreshAt(now: number): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { heardAt, expiresAt } of this.#entries.values()) {
      for (const part of REFRESH_AT) {
        const at = heardAt + part * (expiresAt - heardAt);
        if (at > now) next = Math.min(next, at);
      }
    }
    return next;
  }

  /** The next time at which somebody's time is over. */
  expiresAt(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...[...this.#entries.values()].map((entry) => entry.expiresAt));
  }

  list(): readonly LanPeer[] {
    return [...this.#entries.values()].map((entry) => entry.peer);
  }

  #hasRoomFor(host: string): boolean {
    if (this.#entries.size >= MOST_PEERS) return false;
    let ofHost = 0;
    for (const { peer } of this.#entries.values()) if (peer.host === host) ofHost++;
    return ofHost < MOST_PER_HOST;
  }

  #remove(gone: (entry: Entry) => boolean): readonly LanPeer[] {
    const removed: LanPeer[] = [];
    for (const [key, entry] of this.#entries) {
      if (!gone(entry)) continue;
      this.#entries.delete(key);
      removed.push(entry.peer);
    }
    return removed;
  }
}
