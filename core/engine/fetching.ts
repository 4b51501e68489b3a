/** One transfer in the network thread: the protocol's client, its slots, and what the node is told of it. */
import type { MessagePort } from 'node:worker_threads';
import { blockCount, realSymbols } from '../content/layout.ts';
import { PROFILE } from '../content/manifest-fields.ts';
import { Client, type ClientEvent } from '../protocol/client.ts';
import type { Random } from '../protocol/random.ts';
import type { Session } from '../protocol/session.ts';
import { type ControlDatagram, MANIFEST_BLOCK, RAIN_HEADER, type RainHeader } from '../wire/datagram.ts';
import { Alternatives } from './alternatives.ts';
import { TransferBasin } from './basin.ts';
import type { DecodeOutcome, FromCodec } from './codec-messages.ts';
import { formatIp } from './ip.ts';
import type {
  FromNet,
  Problem,
  ServerAddress,
  StartTransfer,
  TransferContent,
  TransferStats,
} from './messages.ts';
import type { Slots } from './slots.ts';

export interface FetchingHost {
  readonly memory: Uint8Array;
  readonly slots: Slots;
  readonly random: Random;
  now(): number;
  post(message: FromNet): void;
  /** Largest UDP payload to ask a server for. */
  maxDatagram(address: string): number;
  /** Datagrams that carry the token of a session belong to this transfer from now on. */
  register(session: Session, fetching: Fetching): void;
}

/** Droplets of blocks that have been open for longer are kept on disk, ms: with the beat they wait for, a second. */
const STORE_AFTER = 750;

export class Fetching {
  readonly key: number;
  readonly resource: string;
  readonly client: Client;
  readonly #host: FetchingHost;
  readonly #basin: TransferBasin;
  readonly #alternatives = new Alternatives((server) => this.#addServer(server));
  #wireBytes = 0;
  /** Droplets are on their way to the disk. */
  #keeping = false;
  /** Blocks that are decoded and verified and cannot be written. */
  readonly #stuck = new Set<number>();
  /** Called when nothing of it is left in the codec; it was stopped. */
  #ended: (() => void) | undefined;

  constructor(start: StartTransfer, codec: MessagePort, window: number, host: FetchingHost) {
    this.key = start.key;
    this.resource = start.resource;
    this.#host = host;
    this.#basin = new TransferBasin(start.key, host.memory, host.slots, codec, host.now, (block) =>
      host.post({ type: 'forget', key: start.key, block }),
    );
    const { random } = host;
    const maxDatagram = (address: string): number => host.maxDatagram(address);
    this.client = new Client(
      {
        resource: start.resource,
        window,
        random,
        maxDatagram,
        profile: PROFILE,
        background: start.background,
        serves: start.serves,
      },
      this.#basin,
    );
    if (start.content !== undefined) this.begin(start.content);
    this.addServers(start.servers);
  }

  addServers(servers: readonly ServerAddress[]): void {
    for (const server of servers) this.#alternatives.offer(this.#host.now(), server);
  }

  #addServer({ address, found }: ServerAddress): Session | undefined {
    const session = this.client.addServer(this.#host.now(), address, found);
    if (session !== undefined) this.#host.register(session, this);
    return session;
  }

  /** The manifest is verified (or known from before): fetch the content. */
  begin({ layout, verified, stored }: TransferContent): void {
    this.#basin.beginContent(layout.symbolSize, stored);
    const ids = new Map<number, Uint32Array>();
    for (const batch of stored) {
      ids.set(batch.block, Uint32Array.from([...(ids.get(batch.block) ?? []), ...batch.ids]));
    }
    this.client.handleManifest(
      this.#host.now(),
      {
        symbolSize: layout.symbolSize,
        count: blockCount(layout),
        realSymbols: (block) => realSymbols(layout, block),
      },
      (block) => ((verified[block >> 3] >> (block & 7)) & 1) === 1,
      ids,
    );
  }

  /** Somebody waits for these blocks. */
  prefer(blocks: readonly number[]): void {
    this.client.prefer(this.#host.now(), blocks);
  }

  rejectManifest(): void {
    this.client.handleWrongManifest(this.#host.now());
  }

  handleRain(now: number, session: Session, header: RainHeader, bytes: Uint8Array, at: number): void {
    this.#wireBytes += RAIN_HEADER + header.count * header.symbolSize;
    this.client.handleRain(now, session, header, bytes, at);
  }

  /** Takes a HELLO or SORRY, `length` bytes. */
  handleControl(now: number, session: Session, datagram: ControlDatagram, length: number): void {
    this.#wireBytes += length;
    this.client.handleControl(now, session, datagram);
  }

  /** A codec is done with a block. */
  decoded({ block, outcome }: FromCodec & { type: 'decoded' }): void {
    const isOpen = this.#basin.answered(block);
    if (this.#ended !== undefined) {
      if (isOpen) this.#decodedLate(block, outcome);
      this.#endWhenIdle();
    } else if (isOpen) this.#decodedInTime(block, outcome);
  }

  #decodedInTime(block: number, outcome: DecodeOutcome): void {
    const now = this.#host.now();
    if (outcome.kind === 'stuck') {
      this.#stick(block, outcome.problem);
      return;
    }
    // One that has lost what a liar put into it has nothing to write any more, and is to be completed.
    if (this.#stuck.delete(block) && this.#stuck.size === 0) this.#unstick(now);
    if (outcome.kind === 'short') {
      this.#basin.throwOut(block, outcome.useless);
      this.client.handleShort(now, block, outcome.deficit, outcome.useless);
    } else if (outcome.kind === 'rotten') {
      this.client.handleRotten(now, block);
    } else {
      // Before the protocol hears of it, for it may be the last.
      if (block < MANIFEST_BLOCK) this.#host.post({ type: 'written', key: this.key, block });
      else this.#basin.manifest.take(block, (index, length) => this.#basin.read(index, length));
      this.client.handleDecoded(now, block);
      this.client.handleLiars(now, outcome.liars);
      this.#basin.settle(block);
    }
  }

  /** Tries again to write what could not be written. */
  retry(): void {
    for (const block of this.#stuck) this.#basin.decode(block);
  }

  /** What the client has to say to the node. */
  pumpEvents(): void {
    for (let event = this.client.pollEvent(); event !== undefined; event = this.client.pollEvent()) {
      this.#tell(event);
    }
  }

  /** A few times a second: asks servers elsewhere that do not answer, and keeps droplets of slow blocks. */
  tick(): void {
    this.#alternatives.tick(this.#host.now());
    this.#store(false);
  }

  /** What was handed over last is on disk. */
  kept(): void {
    this.#keeping = false;
  }

  /** Hands over droplets to be kept: those of slow blocks, one batch at a time so that a slow disk has no queue, or all. */
  #store(all: boolean): void {
    if (this.#keeping && !all) return;
    const batches = this.#basin.unstored(all ? 0 : STORE_AFTER).filter(({ block }) => block < MANIFEST_BLOCK);
    if (batches.length === 0) return;
    this.#keeping = true;
    this.#host.post({ type: 'droplets', key: this.key, batches });
  }

  /**
   * Asks for no more. Calls `ended` when the codec has let go of its blocks, all that is to be kept has been handed
   * over, and all slots have been given back.
   */
  stop(ended: () => void): void {
    this.client.stop(this.#host.now());
    this.#ended = ended;
    this.#endWhenIdle();
  }

  /** True when it was stopped and nothing of it is left but farewells. */
  get hasEnded(): boolean {
    return this.client.phase === 'done' && this.#ended === undefined;
  }

  #endWhenIdle(): void {
    const ended = this.#ended;
    if (ended === undefined || this.#basin.isDecoding) return;
    this.#ended = undefined;
    this.#store(true);
    this.#basin.close();
    ended();
  }

  /** Stopped meanwhile: a block that was right counts, and of one that was wrong nothing is kept. */
  #decodedLate(block: number, outcome: DecodeOutcome): void {
    if (outcome.kind !== 'written' && outcome.kind !== 'rotten') return;
    if (outcome.kind === 'written' && block < MANIFEST_BLOCK) {
      this.#host.post({ type: 'written', key: this.key, block });
    }
    this.#basin.discard(block);
  }

  stats(): TransferStats {
    return {
      key: this.key,
      phase: this.client.phase,
      waiting: this.client.waiting,
      tally: { ...this.client.tally },
      wireBytes: this.#wireBytes,
      servers: this.client.sessions.map((session) => ({
        address: session.address,
        found: session.found,
        state: session.state,
        reason: session.reason,
        droplets: session.droplets,
        bytes: session.bytes,
        loss: session.loss,
        rtt: session.path.rtt,
      })),
      open: [...this.client.openBlocks()]
        .filter(({ index }) => index < MANIFEST_BLOCK)
        .map(({ index, got, real }) => [index, got, real] as const),
    };
  }

  #tell(event: ClientEvent): void {
    const { key } = this;
    const { post } = this.#host;
    switch (event.type) {
      case 'manifest':
        post({ type: 'manifest', key, bytes: this.#basin.manifest.assemble() });
        return;
      case 'name':
        post({ type: 'name', key, name: event.name });
        return;
      case 'peers':
        post({
          type: 'peers',
          key,
          addresses: event.peers.map(({ ip, port }) => formatIp(ip, port)),
        });
        return;
      case 'banned':
        post({ type: 'banned', key, address: event.address, offence: event.offence });
        return;
      case 'done':
        post({ type: 'fetched', key, stats: this.stats() });
        return;
    }
  }

  #stick(block: number, problem: Problem): void {
    const first = this.#stuck.size === 0;
    this.#stuck.add(block);
    if (!first) return;
    this.client.setPaused(this.#host.now(), true);
    this.#host.post({ type: 'stuck', key: this.key, problem });
  }

  #unstick(now: number): void {
    this.client.setPaused(now, false);
    this.#host.post({ type: 'unstuck', key: this.key });
  }
}
