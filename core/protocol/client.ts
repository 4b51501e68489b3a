/**
 * The fetching side of one transfer, sans-IO: datagrams, the clock and what became of blocks in; datagrams and
 * events out. It collects droplets of a window of blocks from all servers and asks each for just what is missing.
 */
import {
  type Challenge,
  type ControlDatagram,
  type Hello,
  MANIFEST_BLOCK,
  RAIN_HEADER,
  type RainHeader,
  TYPE_HELLO,
  TYPE_SORRY,
} from '../wire/datagram.ts';
import { Agreement, manifestExtents } from './agreement.ts';
import type { Basin, ClientConfig, ClientEvent, ClientPhase, Waiting } from './basin.ts';
import type { Extents } from './extents.ts';
import { Farewells, withdrawals } from './farewells.ts';
import { Foretaste } from './foretaste.ts';
import { Inquest } from './inquest.ts';
import { Intake } from './intake.ts';
import { FROM_STORE, type OpenBlock } from './open-block.ts';
import { plan } from './plan.ts';
import { Roster } from './roster.ts';
import type { Session } from './session.ts';
import type { Offence } from './session-state.ts';
import type { Tally } from './tally.ts';
import type { Transmission } from './transmission.ts';
import { waitingFor } from './waiting.ts';
import { Window } from './window.ts';

export type { Terms } from './agreement.ts';
export type { Basin, ClientConfig, ClientEvent, ClientPhase, Waiting } from './basin.ts';
export type { Extents } from './extents.ts';

/** Symbols that a server may pour that nobody ordered of it: no honest one does, but a path may turn bits. */
const MOST_UNORDERED = 64;

export class Client {
  readonly sessions: readonly Session[];
  phase: ClientPhase = 'manifest';
  readonly #config: ClientConfig;
  readonly #basin: Basin;
  readonly #intake: Intake;
  readonly #events: ClientEvent[] = [];
  readonly #foretaste = new Foretaste();
  readonly #farewells = new Farewells();
  readonly #roster: Roster;
  readonly #agreement: Agreement;
  readonly #inquest: Inquest;
  /** Blocks that are fetched now: of the manifest first, then of the content. */
  #window: Window | undefined;
  /** Of the right manifest, when it was fetched here. */
  #manifestBytes: number | undefined;
  /** Blocks of the content that somebody waits for. */
  #preferred: readonly number[] = [];
  #paused = false;
  #turn = 0;
  /** Nothing is ordered from anybody. */
  #isIdle = true;
  /** It has said that this node serves what it fetched. */
  #saidServes = false;

  constructor(config: ClientConfig, basin: Basin) {
    this.#config = config;
    this.#basin = basin;
    this.#roster = new Roster(config);
    this.sessions = this.#roster.sessions;
    this.#agreement = new Agreement(this.sessions, (session) => this.#foretaste.hasManifest(session));
    this.#intake = new Intake(basin);
    this.#inquest = new Inquest({
      sessions: this.sessions,
      openBlocks: () => this.openBlocks(),
      find: (block) => this.#window?.find(block),
      impound: (block) => this.#window?.impound(block),
      reopen: (block, only) => this.#window?.reopen(block, only) ?? false,
      giveUp: (block) => this.#window?.giveUp(block),
      convict: (now, from) => this.#convict(now, from, 'false-droplets'),
    });
  }

  /** Adds a server unless it is known, or there are enough; returns its session when it is new. */
  addServer(now: number, address: string, found: string): Session | undefined {
    return this.#roster.add(now, address, found);
  }

  /** The content is known: fetch every block that `isDone` does not have, going on from stored droplets. */
  handleManifest(
    now: number,
    extents: Extents,
    isDone: (block: number) => boolean,
    stored: ReadonlyMap<number, Uint32Array>,
  ): void {
    if (this.phase === 'manifest') this.#manifestBytes = this.#agreement.terms?.manifestBytes;
    this.#window?.close();
    this.phase = 'data';
    this.#window = this.#newWindow(extents, isDone, stored);
    this.#window.prefer(this.#preferred);
    this.#foretaste.pour(this.#window, this.#intake, this.#preferred.length === 0);
    for (const session of this.sessions) {
      if (session.hello !== undefined) this.#checkTerms(now, session, session.hello);
      session.hurry(now);
    }
    this.#gather();
    if (this.#window.remaining === 0) this.#finish(now, false);
  }

  /** The manifest does not belong to the id: who poured it is banned, and another server is asked. */
  handleWrongManifest(now: number): void {
    const { source } = this.#agreement;
    this.#window?.close();
    this.#window = undefined;
    if (source !== undefined) this.#convict(now, source.index, 'false-manifest');
    this.#chooseManifest(now);
  }

  /** Fetches these blocks of the content first, and then what follows each of them; nothing: in their order. */
  prefer(now: number, blocks: readonly number[]): void {
    this.#preferred = blocks;
    if (this.phase === 'data' && this.#window?.prefer(blocks)) this.handleRoom(now);
  }

  handleControl(now: number, session: Session, datagram: ControlDatagram): void {
    if (session.state === 'banned' || this.phase === 'done') return;
    if (datagram.type === TYPE_SORRY) {
      if (datagram.resource === this.#config.resource) session.refused(now, datagram);
    } else if (datagram.type === TYPE_HELLO) {
      if (datagram.kind === 'challenge') this.#challenged(now, session, datagram);
      else this.#greeted(now, session, datagram);
    }
  }

  /** Takes a RAIN datagram; the symbols start at `at`. */
  handleRain(now: number, session: Session, header: RainHeader, bytes: Uint8Array, at: number): void {
    const { tally } = this;
    tally.received += header.count;
    session.droplets += header.count;
    session.bytes += RAIN_HEADER + header.count * header.symbolSize;
    if (this.phase === 'done') {
      tally.late += header.count;
      return;
    }
    const window = this.#window;
    if (session.state === 'banned') {
      tally.rejected += header.count;
      return;
    }
    const isOfSource = header.block >= MANIFEST_BLOCK && session === this.#agreement.source;
    if (this.phase === 'manifest' && !isOfSource && this.#foretaste.keep(session, header, bytes, at)) {
      session.arrived(now, header, header.count);
      return;
    }
    if (this.phase === 'data' && window?.isBeyond(header.block)) {
      tally.rejected += header.count;
      this.#convict(now, session.index, 'false-droplets');
      return;
    }
    const block = window === undefined ? undefined : this.#intake.take(window, session, header, bytes, at);
    if (window === undefined) tally.rejected += header.count;
    session.arrived(now, header, window === undefined ? 0 : this.#intake.fresh);
    if (session.unordered > MOST_UNORDERED) this.#convict(now, session.index, 'unordered-droplets');
    else if (block !== undefined) window?.tryDecode(block);
  }

  /** A block was decoded and is what the manifest says (for a block of the manifest: was decoded). */
  handleDecoded(now: number, index: number): void {
    const window = this.#window;
    const block = window?.find(index);
    if (window === undefined || block === undefined) return;
    if (index < MANIFEST_BLOCK) {
      for (const contributor of block.contributors) {
        const session = this.sessions[contributor];
        if (session !== undefined) session.useful++;
      }
      this.#inquest.settled(index);
    }
    window.done(block);
    if (window.remaining > 0) return;
    if (index >= MANIFEST_BLOCK) this.#events.push({ type: 'manifest' });
    else this.#finish(now, true);
  }

  /** Decoding needs `deficit` more droplets than it was given; `useless` ones of them, repair, have been thrown out. */
  handleShort(now: number, index: number, deficit: number, useless: readonly number[]): void {
    const block = this.#window?.find(index);
    if (block === undefined) return;
    const { tainted } = block;
    block.drop(useless);
    block.collect();
    if (!tainted) block.enough = block.tried + Math.max(1, deficit);
    this.#window?.tryDecode(block);
    // It may be the last block, and nothing else to order but what it lacks.
    this.handleRoom(now);
  }

  /** A block decoded to something else than the manifest says: somebody lied. */
  handleRotten(now: number, index: number): void {
    const block = this.#window?.find(index);
    if (block === undefined) return;
    this.#inquest.rotten(now, block);
    this.#window?.tryDecode(block);
    for (const session of this.sessions) if (session.live) session.hurry(now);
  }

  /** Evidence was compared with the right block: these sessions (or `FROM_STORE`) put something else into it. */
  handleLiars(now: number, sessions: Iterable<number>): void {
    for (const from of sessions) this.#convict(now, from, 'false-droplets');
  }

  /** There is room for blocks again. */
  handleRoom(now: number): void {
    for (const session of this.sessions) if (session.live) session.hurry(now);
  }

  /** Stops asking without forgetting anything (true), or goes on (false). */
  setPaused(now: number, paused: boolean): void {
    if (paused === this.#paused) return;
    this.#paused = paused;
    if (paused) {
      this.#farewells.say(now, this.sessions, false);
      return;
    }
    this.#farewells.clear();
    for (const session of this.sessions) session.hurry(now);
  }

  /** Ends the transfer from outside; the farewells still want to be sent. */
  stop(now: number): void {
    if (this.phase === 'done') return;
    this.phase = 'done';
    this.#farewells.say(now, this.sessions, false);
  }

  /** Lets the farewells be sent at once: there will be no later. */
  hasten(): void {
    this.#farewells.hasten();
  }

  /** True when nothing is left to be sent. */
  get over(): boolean {
    return this.phase === 'done' && this.#farewells.empty;
  }

  /** To be sent, once, when this node serves no more what it has fetched, so that it is named no more. */
  withdrawals(): Transmission[] {
    return this.#saidServes ? withdrawals(this.sessions) : [];
  }

  get tally(): Tally {
    return this.#intake.tally;
  }

  /** What the transfer waits for, to be told to people. */
  get waiting(): Waiting {
    if (this.phase === 'done') return 'nothing';
    if (this.#paused) return 'resume';
    return waitingFor(this.sessions, this.#window?.hasRoom ?? true);
  }

  pollTransmit(now: number): Transmission | undefined {
    const farewell = this.#farewells.poll(now);
    if (farewell !== undefined) return farewell;
    if (this.phase === 'done' || this.#paused) return undefined;
    if (this.#turn === 0) {
      if (this.pollTimeout() > now) return undefined;
      this.#prepare(now);
    }
    while (this.#turn < this.sessions.length) {
      const session = this.sessions[this.#turn++];
      const bytes = session.pollSubscribe(now, this.#isIdle);
      if (bytes !== undefined) return { address: session.address, bytes };
    }
    this.#turn = 0;
    return undefined;
  }

  pollTimeout(): number {
    let soonest = this.#farewells.timeout;
    if (this.phase === 'done' || this.#paused) return soonest;
    for (const session of this.sessions) soonest = Math.min(soonest, session.timeout);
    return soonest;
  }

  pollEvent(): ClientEvent | undefined {
    return this.#events.shift();
  }

  /** Open blocks and how full they are, in the order in which they are to be completed. */
  *openBlocks(): Generator<OpenBlock> {
    const window = this.#window;
    if (window === undefined) return;
    const first = window.find(this.#inquest.block ?? -1);
    if (first !== undefined) yield first;
    for (const block of window.blocks()) if (block !== first) yield block;
  }

  /** Ticks the sessions and orders what is missing. */
  #prepare(now: number): void {
    for (const session of this.sessions) session.tick(now);
    if (this.phase === 'manifest') this.#chooseManifest(now);
    else this.#inquest.tick(now);
    const window = this.#window;
    if (window === undefined) return;
    window.openPreferred();
    plan({
      now,
      sessions: this.sessions,
      blocks: () => this.openBlocks(),
      find: (block) => window.find(block),
      openNext: () => window.openNext(),
      atEnd: () => window.atEnd,
    });
    window.tryLast();
    this.#isIdle = this.sessions.every(({ orders }) => orders.empty);
  }

  /** Goes on where the clients of the first server are: others have other clients, and would send it to and fro. */
  #gather(): void {
    const front = this.sessions.find(({ live }) => live)?.hello?.front;
    if (front !== undefined && this.phase === 'data') this.#window?.gather(front);
  }

  #challenged(now: number, session: Session, challenge: Challenge): void {
    session.challenged(now, challenge);
    if (this.phase !== 'manifest') return;
    if (this.#window === undefined) this.#foretaste.order(now, session, this.#preferred.length === 0);
    else this.#foretaste.orderManifest(session);
  }

  #greeted(now: number, session: Session, hello: Hello): void {
    const first = session.hello === undefined;
    session.greeted(now, hello);
    if (hello.profile !== this.#config.profile) {
      session.setAside(now);
      return;
    }
    if (this.phase === 'manifest') this.#chooseManifest(now);
    else this.#checkTerms(now, session, hello);
    this.#gather();
    if (first && hello.name.length > 0) this.#events.push({ type: 'name', name: hello.name });
    const peers = this.#roster.heard(session, hello.peers);
    if (peers.length > 0) this.#events.push({ type: 'peers', peers, from: session.address });
  }

  /** Fetches the manifest from the server to be believed next, if it is another one than now. */
  #chooseManifest(now: number): void {
    // What is complete waits for the host's verdict.
    if (this.#agreement.source === undefined && this.#foretaste.isAwaited(now)) return;
    if (this.#window?.remaining === 0 || !this.#agreement.choose(now)) return;
    const { source, terms } = this.#agreement;
    if (source === undefined || terms === undefined) return;
    this.#window?.close();
    const window = this.#newWindow(manifestExtents(terms), () => false, new Map(), source);
    this.#window = window;
    this.#basin.begin(terms);
    window.openNext();
    this.#foretaste.pourManifest(window, this.#intake, source);
    source.hurry(now);
  }

  #newWindow(
    extents: Extents,
    isDone: (block: number) => boolean,
    stored: ReadonlyMap<number, Uint32Array>,
    source?: Session,
  ): Window {
    return new Window({
      basin: this.#basin,
      sessions: this.sessions,
      extents,
      base: source === undefined ? 0 : MANIFEST_BLOCK,
      most: this.#config.window,
      only: source?.index,
      isDone,
      stored,
      unneeded: (block, droplets) => this.#intake.unneeded(block, droplets),
    });
  }

  /** All servers must mean the manifest that belongs to the id, as far as what they say of it can be checked. */
  #checkTerms(now: number, session: Session, hello: Hello): void {
    const bytes = this.#manifestBytes ?? hello.manifestBytes;
    if (hello.manifestBytes === bytes && hello.symbolSize === this.#window?.extents.symbolSize) return;
    if (session.state !== 'refused') this.#convict(now, session.index, 'other-manifest');
  }

  /** Bans a session, or gives up what an earlier run kept, and takes out what came from there. */
  #convict(now: number, from: number, offence: Offence): void {
    const session = this.sessions[from];
    if (session !== undefined && session.state !== 'banned') {
      session.ban(offence);
      this.#farewells.sayTo(now, session);
      this.#events.push({ type: 'banned', address: session.address, offence });
    }
    if (session !== undefined || from === FROM_STORE) this.#window?.expel(from);
  }

  #finish(now: number, fetched: boolean): void {
    this.phase = 'done';
    this.#saidServes = fetched && this.#config.serves === true;
    this.#farewells.say(now, this.sessions, this.#saidServes);
    this.#events.push({ type: 'done' });
  }
}
