/**
 * The fetching side of one transfer, sans-IO: datagrams, the clock and what became of blocks in; datagrams and
 * events out. It collects droplets of a window of blocks from all servers and asks each for just what is missing.
 */
import {
  type ControlDatagram,
  type Hello,
  MANIFEST_BLOCK,
  type PeerAddress,
  type RainHeader,
  type Token,
  TYPE_HELLO,
  TYPE_SORRY,
} from '../wire/datagram.ts';
import { FROM_STORE, OpenBlock } from './open-block.ts';
import { plan } from './plan.ts';
import type { Random } from './random.ts';
import { Session } from './session.ts';

/** Where the droplets of open blocks are kept and decoded; the host's. */
export interface Basin {
  /** Makes room for a block of `real` source symbols; false: none now, call `handleRoom` when there is. */
  open(block: number, real: number): boolean;
  /** Takes a droplet that is new to the block, from session `from`; its bytes start at `at`. */
  put(block: number, id: number, from: number, bytes: Uint8Array, at: number): void;
  /** Decode and verify, then call `handleDecoded`, `handleShort` or `handleRotten`. */
  decode(block: number): void;
  /** Sets a rotten block aside as evidence: to be compared with the right one when that is known. */
  impound(block: number): void;
  /** Gives the block up. */
  discard(block: number): void;
}

/** Which blocks there are. */
export interface Extents {
  readonly symbolSize: number;
  readonly count: number;
  /** Source symbols of a block. */
  realSymbols(block: number): number;
}

/** What the servers say of the manifest. */
export interface Terms {
  readonly manifestBytes: number;
  readonly symbolSize: number;
  readonly blockSymbols: number;
  readonly profile: number;
}

export interface ClientConfig {
  readonly resource: string;
  /** Blocks that may be open at once. */
  readonly window: number;
  readonly random: Random;
  /** Largest UDP payload to ask a server for. */
  maxDatagram(address: string): number;
  /** Profiles this node can decode. */
  readonly profile: number;
}

export type ClientEvent =
  | { readonly type: 'terms'; readonly terms: Terms }
  /** All blocks of the manifest are decoded: call `handleManifest` or `handleWrongManifest`. */
  | { readonly type: 'manifest' }
  | { readonly type: 'name'; readonly name: Uint8Array }
  | { readonly type: 'peers'; readonly peers: readonly PeerAddress[]; readonly from: string }
  | { readonly type: 'banned'; readonly address: string; readonly reason: string }
  | { readonly type: 'done' };

export type ClientPhase = 'manifest' | 'data' | 'done';

/** Datagrams of symbols by what they were good for, in droplets. */
export interface Tally {
  received: number;
  source: number;
  repair: number;
  duplicate: number;
  late: number;
  rejected: number;
  manifest: number;
}

const MAX_SERVERS = 200;
/** Source ids of the manifest that are asked for before its length is known; all that most have. */
const EARLY_MANIFEST = 4;
/** When UNSUBSCRIBE is sent again, in round trips after the first. */
const FAREWELLS = [0, 1, 3];

export class Client {
  readonly sessions: Session[] = [];
  readonly tally: Tally = {
    received: 0,
    source: 0,
    repair: 0,
    duplicate: 0,
    late: 0,
    rejected: 0,
    manifest: 0,
  };
  phase: ClientPhase = 'manifest';
  readonly #config: ClientConfig;
  readonly #basin: Basin;
  readonly #open = new Map<number, OpenBlock>();
  readonly #events: ClientEvent[] = [];
  readonly #farewells: { at: number; address: string; bytes: Uint8Array }[] = [];
  readonly #byAddress = new Map<string, Session>();
  #terms: Terms | undefined;
  #termsFrom: Session | undefined;
  #extents: Extents | undefined;
  #isDone: (block: number) => boolean = () => false;
  #stored: ReadonlyMap<number, Uint32Array> = new Map();
  #decoded = new Set<number>();
  #remaining = 0;
  #next = 0;
  #only: number | undefined;
  /** Blocks to be fetched anew from one server, after a poisoned attempt. */
  readonly #isolated = new Map<number, number>();
  #paused = false;
  #turn = 0;

  constructor(config: ClientConfig, basin: Basin) {
    this.#config = config;
    this.#basin = basin;
  }

  /** Adds a server unless it is known; returns its session when it is new. */
  addServer(now: number, address: string, found: string): Session | undefined {
    if (this.#byAddress.has(address) || this.sessions.length >= MAX_SERVERS) return undefined;
    const { resource, random } = this.#config;
    const token: Token = { high: random.u32(), low: random.u32() };
    const session = new Session(now, this.sessions.length, address, found, token, {
      resource,
      maxDatagram: this.#config.maxDatagram(address),
    });
    // The first two may pour the start of the manifest along with their answer.
    if (this.phase === 'manifest' && this.#terms === undefined && this.sessions.length < 2) {
      session.order(MANIFEST_BLOCK, 0, EARLY_MANIFEST);
    }
    this.sessions.push(session);
    this.#byAddress.set(address, session);
    return session;
  }

  /** The content is known: fetch every block that `isDone` does not have, going on from stored droplets. */
  handleManifest(
    now: number,
    extents: Extents,
    isDone: (block: number) => boolean,
    stored: ReadonlyMap<number, Uint32Array>,
  ): void {
    for (const block of [...this.#open.keys()]) this.#close(block);
    this.phase = 'data';
    this.#only = undefined;
    this.#begin(extents, isDone, stored);
    for (const session of this.sessions) session.hurry(now);
    if (this.#remaining === 0) this.#finish(now, false);
  }

  /** The manifest does not belong to the id: whoever alone poured it is banned, else it is fetched from one. */
  handleWrongManifest(now: number): void {
    const contributors = new Set<number>();
    for (const block of this.#open.values()) for (const index of block.contributors) contributors.add(index);
    if (this.#termsFrom !== undefined) contributors.add(this.#termsFrom.index);
    for (const block of [...this.#open.keys()]) this.#close(block);
    this.#banIfAlone(now, contributors, 'poured a manifest that does not belong to the id');
    this.#terms = undefined;
    this.#termsFrom = undefined;
    this.#extents = undefined;
    this.#only = this.#pickSource(contributors)?.index;
    for (const session of this.sessions) {
      if (session.hello !== undefined) this.#agree(now, session, session.hello);
    }
  }

  handleControl(now: number, session: Session, datagram: ControlDatagram): void {
    if (session.state === 'banned') return;
    if (datagram.type === TYPE_SORRY) {
      if (datagram.resource === this.#config.resource) session.refused(now, datagram);
    } else if (datagram.type === TYPE_HELLO) {
      if (datagram.kind === 'challenge') session.challenged(now, datagram);
      else this.#greeted(now, session, datagram);
    }
  }

  /** Takes a RAIN datagram; the symbols start at `at`. */
  handleRain(now: number, session: Session, header: RainHeader, bytes: Uint8Array, at: number): void {
    this.tally.received += header.count;
    if (session.state === 'banned') {
      this.tally.rejected += header.count;
      return;
    }
    session.arrived(now, header, bytes.length);
    if (this.#extents === undefined || header.symbolSize !== this.#extents.symbolSize) {
      if (this.phase === 'done') this.tally.late += header.count;
      else this.tally.rejected += header.count;
      return;
    }
    for (let i = 0; i < header.count; i++) {
      this.#droplet(session, header.block, header.id + i, bytes, at + i * header.symbolSize);
    }
    const block = this.#open.get(header.block);
    if (block !== undefined) this.#tryDecode(block);
  }

  /** A block was decoded and is what the manifest says (for a block of the manifest: was decoded). */
  handleDecoded(now: number, index: number): void {
    const block = this.#open.get(index);
    if (block === undefined) return;
    if (index >= MANIFEST_BLOCK) {
      this.#decoded.add(index);
      for (const session of this.sessions) session.cancel(index);
      if (this.#decoded.size === this.#extents?.count) this.#events.push({ type: 'manifest' });
      return;
    }
    for (const contributor of block.contributors) {
      const session = this.sessions[contributor];
      if (session !== undefined) session.useful++;
    }
    this.#close(index);
    this.#isolated.delete(index);
    this.#decoded.add(index);
    this.#remaining--;
    if (this.#remaining === 0) this.#finish(now, true);
  }

  /** Decoding needs `deficit` more droplets. */
  handleShort(index: number, deficit: number, tried: number): void {
    const block = this.#open.get(index);
    if (block === undefined) return;
    block.phase = 'collecting';
    block.enough = tried + Math.max(1, deficit);
    this.#tryDecode(block);
  }

  /** A block decoded to something else than the manifest says: somebody lied. */
  handleRotten(now: number, index: number): void {
    const block = this.#open.get(index);
    if (block === undefined) return;
    const contributors = block.contributors;
    if (contributors.size > 1) this.#basin.impound(index);
    else this.#basin.discard(index);
    this.#forget(index);
    this.#banIfAlone(now, contributors, 'poured droplets that are not of this resource');
    const source = this.#pickSource(contributors);
    if (source !== undefined) this.#isolated.set(index, source.index);
    this.#stored = without(this.#stored, index);
    this.#next = Math.min(this.#next, index);
  }

  /** Evidence was compared with the right block: these sessions poured something else. */
  handleLiars(now: number, sessions: Iterable<number>): void {
    for (const index of sessions) {
      const session = this.sessions[index];
      if (session !== undefined) this.#ban(now, session, 'poured droplets that are not of this resource');
    }
  }

  /** There is room for blocks again. */
  handleRoom(now: number): void {
    for (const session of this.sessions) if (session.live) session.hurry(now);
  }

  /** Stops asking without forgetting anything (true), or goes on (false). */
  setPaused(now: number, paused: boolean): void {
    if (paused === this.#paused) return;
    this.#paused = paused;
    if (paused) this.#sayFarewell(now, false);
    else for (const session of this.sessions) session.hurry(now);
  }

  /** Ends the transfer from outside; the farewells still want to be sent. */
  stop(now: number): void {
    if (this.phase === 'done') return;
    this.phase = 'done';
    this.#sayFarewell(now, false);
  }

  /** True when nothing is left to be sent. */
  get over(): boolean {
    return this.phase === 'done' && this.#farewells.length === 0;
  }

  pollTransmit(now: number): { address: string; bytes: Uint8Array } | undefined {
    const farewell = this.#farewells[0];
    if (farewell !== undefined && farewell.at <= now) return this.#farewells.shift();
    if (this.phase === 'done' || this.#paused) return undefined;
    if (!this.sessions.some((session) => session.timeout <= now)) return undefined;
    if (this.#turn === 0) this.#prepare(now);
    while (this.#turn < this.sessions.length) {
      const session = this.sessions[this.#turn++];
      const bytes = session.pollSubscribe(now);
      if (bytes !== undefined) return { address: session.address, bytes };
    }
    this.#turn = 0;
    return undefined;
  }

  pollTimeout(): number {
    let soonest = this.#farewells[0]?.at ?? Number.POSITIVE_INFINITY;
    if (this.phase === 'done' || this.#paused) return soonest;
    for (const session of this.sessions) soonest = Math.min(soonest, session.timeout);
    return soonest;
  }

  pollEvent(): ClientEvent | undefined {
    return this.#events.shift();
  }

  /** Open blocks and how full they are. */
  *openBlocks(): Generator<OpenBlock> {
    yield* this.#open.values();
  }

  /** Ticks the sessions and orders what is missing. */
  #prepare(now: number): void {
    for (const session of this.sessions) session.tick(now);
    if (this.#extents === undefined) return;
    plan({
      now,
      sessions: this.sessions,
      blocks: () => this.#open.values(),
      find: (block) => this.#open.get(block),
      openNext: () => this.#openNext(now),
      atEnd: () => this.#atTheEnd,
    });
  }

  #greeted(now: number, session: Session, hello: Hello): void {
    const first = session.hello === undefined;
    session.greeted(now, hello);
    if (hello.profile !== this.#config.profile) {
      session.ban(`uses code profile ${hello.profile}, which this version does not know`);
      return;
    }
    this.#agree(now, session, hello);
    if (!first) return;
    if (hello.name.length > 0) this.#events.push({ type: 'name', name: hello.name });
    if (hello.peers.length > 0) {
      this.#events.push({ type: 'peers', peers: hello.peers, from: session.address });
    }
  }

  /** All servers must mean the same manifest; the first that answers says which. */
  #agree(now: number, session: Session, hello: Hello): void {
    if (this.phase !== 'manifest') {
      if (hello.symbolSize !== this.#extents?.symbolSize) this.#disagrees(session);
      return;
    }
    if (this.#terms === undefined) {
      if (this.#only !== undefined && this.#only !== session.index) return;
      this.#terms = hello;
      this.#termsFrom = session;
      this.#begin(manifestExtents(hello), () => false, new Map());
      this.#events.push({ type: 'terms', terms: hello });
      for (const other of this.sessions) {
        if (other !== session && other.hello !== undefined) this.#agree(now, other, other.hello);
      }
    } else if (
      hello.manifestBytes !== this.#terms.manifestBytes ||
      hello.symbolSize !== this.#terms.symbolSize ||
      hello.blockSymbols !== this.#terms.blockSymbols
    ) {
      this.#disagrees(session);
    }
  }

  #disagrees(session: Session): void {
    session.state = 'refused';
    session.reason = 'has another manifest under this id';
    session.cancel('all');
  }

  #begin(
    extents: Extents,
    isDone: (block: number) => boolean,
    stored: ReadonlyMap<number, Uint32Array>,
  ): void {
    this.#extents = extents;
    this.#isDone = isDone;
    this.#stored = stored;
    this.#decoded = new Set();
    this.#next = 0;
    this.#remaining = 0;
    const base = this.phase === 'manifest' ? MANIFEST_BLOCK : 0;
    for (let i = 0; i < extents.count; i++) if (!isDone(base + i)) this.#remaining++;
  }

  #openNext(now: number): OpenBlock | undefined {
    const extents = this.#extents;
    if (extents === undefined || this.#open.size >= this.#config.window) return undefined;
    const base = this.phase === 'manifest' ? MANIFEST_BLOCK : 0;
    for (; this.#next < extents.count; this.#next++) {
      const index = base + this.#next;
      if (this.#isDone(index) || this.#decoded.has(index) || this.#open.has(index)) continue;
      const real = extents.realSymbols(index);
      if (!this.#basin.open(index, real)) return undefined;
      this.#next++;
      return this.#opened(new OpenBlock(index, real, now));
    }
    return undefined;
  }

  #opened(block: OpenBlock): OpenBlock {
    this.#open.set(block.index, block);
    const isolated = this.#isolated.get(block.index);
    block.only = block.index >= MANIFEST_BLOCK ? this.#only : isolated;
    if (block.only === undefined) {
      for (const id of this.#stored.get(block.index) ?? []) {
        if (!block.has(id)) block.add(id, FROM_STORE);
      }
      if (
        block.index === MANIFEST_BLOCK &&
        this.sessions.some(({ orders }) => orders[0]?.block === MANIFEST_BLOCK)
      ) {
        block.takeSource(EARLY_MANIFEST);
      }
    }
    this.#tryDecode(block);
    return block;
  }

  #droplet(session: Session, index: number, id: number, bytes: Uint8Array, at: number): void {
    const tally = this.tally;
    let block = this.#open.get(index);
    if (block === undefined && index === MANIFEST_BLOCK && this.phase === 'manifest') {
      block = this.#openNext(session.lastHeard);
    }
    if (block === undefined) {
      if (this.#isFinished(index)) tally.late++;
      else tally.rejected++;
    } else if (this.#decoded.has(index)) tally.late++;
    else if (block.only !== undefined && block.only !== session.index) tally.late++;
    else if (block.has(id)) tally.duplicate++;
    else {
      block.add(id, session.index);
      this.#basin.put(index, id, session.index, bytes, at);
      if (id < block.real) tally.source++;
      else tally.repair++;
      if (index >= MANIFEST_BLOCK) tally.manifest++;
    }
  }

  /** True for a block that needs nothing any more: what comes for it is late, not wrong. */
  #isFinished(index: number): boolean {
    if (this.phase !== 'manifest' && index >= MANIFEST_BLOCK) return true;
    if (this.#isolated.has(index)) return true;
    return this.#decoded.has(index) || (index < (this.#extents?.count ?? 0) && this.#isDone(index));
  }

  #tryDecode(block: OpenBlock): void {
    if (block.phase === 'decoding' || this.#decoded.has(block.index)) return;
    const complete = block.gotSource === block.real;
    if (!complete && block.got < Math.max(block.enough, this.#atTheEnd ? block.real : block.real + 1)) return;
    block.phase = 'decoding';
    for (const session of this.sessions) session.cancel(block.index);
    this.#basin.decode(block.index);
  }

  get #atTheEnd(): boolean {
    return this.#next >= (this.#extents?.count ?? 0);
  }

  #close(index: number): void {
    this.#basin.discard(index);
    this.#forget(index);
  }

  #forget(index: number): void {
    this.#open.delete(index);
    for (const session of this.sessions) session.cancel(index);
  }

  #banIfAlone(now: number, contributors: ReadonlySet<number>, reason: string): void {
    if (contributors.size !== 1) return;
    for (const index of contributors) {
      const session = this.sessions[index];
      if (session !== undefined) this.#ban(now, session, reason);
    }
  }

  #ban(now: number, session: Session, reason: string): void {
    if (session.state === 'banned') return;
    session.ban(reason);
    this.#farewells.push({ at: now, address: session.address, bytes: session.unsubscribe(false) });
    this.#events.push({ type: 'banned', address: session.address, reason });
    for (const [block, only] of this.#isolated) {
      if (only !== session.index) continue;
      const other = this.#pickSource(new Set([session.index]));
      if (other === undefined) this.#isolated.delete(block);
      else this.#isolated.set(block, other.index);
      const open = this.#open.get(block);
      if (open === undefined) continue;
      this.#close(block);
      this.#next = Math.min(this.#next, block);
    }
    if (this.#only === session.index) this.#only = this.#pickSource(new Set([session.index]))?.index;
  }

  /** The server to fetch something from alone: not among the suspects if possible, the most useful first. */
  #pickSource(suspects: ReadonlySet<number>): Session | undefined {
    const candidates = this.sessions.filter((session) => session.live);
    const score = (session: Session): number => session.useful - (suspects.has(session.index) ? 0.5 : 0);
    return candidates.sort((a, b) => score(b) - score(a))[0];
  }

  #finish(now: number, fetched: boolean): void {
    this.phase = 'done';
    this.#sayFarewell(now, fetched);
    this.#events.push({ type: 'done' });
  }

  #sayFarewell(now: number, serves: boolean): void {
    for (const session of this.sessions) {
      session.cancel('all');
      if (!session.validated || session.state === 'banned') continue;
      const bytes = session.unsubscribe(serves);
      for (const roundTrips of FAREWELLS) {
        const at = now + roundTrips * Math.min(500, session.path.smoothedRtt);
        this.#farewells.push({ at, address: session.address, bytes });
      }
    }
    this.#farewells.sort((a, b) => a.at - b.at);
  }
}

/** Blocks of the manifest itself. */
function manifestExtents(terms: Terms): Extents {
  const blockBytes = terms.symbolSize * terms.blockSymbols;
  const count = Math.ceil(terms.manifestBytes / blockBytes);
  const last = Math.ceil((terms.manifestBytes - (count - 1) * blockBytes) / terms.symbolSize);
  return {
    symbolSize: terms.symbolSize,
    count,
    realSymbols: (block) => (block - MANIFEST_BLOCK === count - 1 ? last : terms.blockSymbols),
  };
}

function without<V>(map: ReadonlyMap<number, V>, key: number): ReadonlyMap<number, V> {
  const copy = new Map(map);
  copy.delete(key);
  return copy;
}
