/** One transfer: from a link to a file, over as many runs as it takes. What is durable of it is in the store. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Found, Problem, ServerState, TransferSnapshot, TransferState } from '../api.ts';
import { blockCount, blockLength, realSymbols } from '../content/layout.ts';
import { identify, type Manifest, type OpenManifest, parseManifest } from '../content/manifest.ts';
import { checkRoom } from '../content/room.ts';
import { safeName } from '../content/safe-name.ts';
import { unsealName } from '../content/seal.ts';
import { scanTree } from '../content/tree.ts';
import type { FromNet, StoredDroplets, TransferContent, TransferStats } from '../engine/messages.ts';
import { problemOf } from '../engine/problem.ts';
import { Failure } from '../failure.ts';
import type { Store } from '../store/store.ts';
import type { StoredTransfer } from '../store/transfers.ts';
import { blockMap } from './block-map.ts';
import { RateMeter } from './rate-meter.ts';
import type { Threads } from './threads.ts';
import { wordsFor } from './waiting-words.ts';

export interface TransferHost {
  readonly store: Store;
  threads(): Threads;
  changed(transfer: Transfer): void;
  problem(problem: Problem): void;
  /** It is complete. */
  completed(transfer: Transfer, manifest: OpenManifest): void;
}

/** Verified blocks are flushed and recorded in batches, this often, ms. */
const RECORD_EVERY = 200;
/** How often a full disk is tried again, ms. */
const RETRY_EVERY = 2000;

export class Transfer {
  row: StoredTransfer;
  state: TransferState = 'waiting';
  readonly #host: TransferHost;
  readonly #codec: number;
  #problem: Problem | undefined;
  #manifest: OpenManifest | undefined;
  #verified: Uint8Array = new Uint8Array(0);
  #nameFromServer = '';
  #stats: TransferStats | undefined;
  readonly #meter = new RateMeter();
  readonly #serverMeters = new Map<string, RateMeter>();
  /** Written by the codec and not yet recorded. */
  #written: number[] = [];
  #recording: Promise<void> | undefined;
  #recordTimer: NodeJS.Timeout | undefined;
  #retryTimer: NodeJS.Timeout | undefined;
  #running = false;
  #startedAt = 0;
  #activeMs = 0;
  #needed = 0;
  #resumedBytes = 0;

  constructor(row: StoredTransfer, codec: number, host: TransferHost) {
    this.row = row;
    this.#codec = codec;
    this.#host = host;
    this.#problem = row.problem ?? undefined;
    this.state = row.state === 'active' ? 'paused' : row.state;
  }

  get key(): number {
    return this.row.key;
  }

  /** It looks for servers and takes droplets. */
  get running(): boolean {
    return this.#running;
  }

  /** Goes on where it was. Afterwards it is running, done, or in a state that says why not. */
  async start(): Promise<void> {
    if (this.#running || this.state === 'done') return;
    this.#running = true;
    this.#startedAt = performance.now();
    this.#problem = undefined;
    this.#setState('waiting');
    this.#update({ state: 'active', problem: null });
    try {
      const content = await this.#takeUp();
      if (!this.#running) {
        // Stopped meanwhile.
        if (!this.#isDone()) await this.#closeTarget();
        return;
      }
      const { key, id: resource } = this.row;
      this.#host.threads().tell({
        type: 'start',
        transfer: { key, resource, codec: this.#codec, servers: [], content, serves: this.row.seed },
      });
    } catch (error) {
      await this.#fail(error);
    }
  }

  /** Stops asking and keeps everything. `paused`: the person wants so, and it stays so over restarts. */
  async stop(paused: boolean): Promise<void> {
    if (!this.#running) {
      if (paused && this.state !== 'done') this.#setStopped('paused');
      return;
    }
    this.#running = false;
    await this.#release();
    if (this.#isDone()) return;
    if (paused) this.#setStopped('paused');
    else this.#setState('paused');
  }

  /** Removes what is on disk of it. */
  async discard(deleteFinal: (path: string) => Promise<void>): Promise<void> {
    const { partPath, finalPath, state } = this.row;
    await this.stop(true);
    if (state === 'done' && finalPath !== null) await deleteFinal(finalPath);
    else if (partPath !== null && existsSync(partPath)) await deleteFinal(partPath);
  }

  /** What the network thread says of this transfer. */
  handle(message: FromNet): void {
    const isKept = message.type === 'droplets' || message.type === 'written' || message.type === 'forget';
    if (!this.#running && !isKept) return;
    switch (message.type) {
      case 'manifest':
        void this.#manifestArrived(message.bytes);
        return;
      case 'name':
        this.#nameArrived(message.name);
        return;
      case 'written':
        this.#written.push(message.block);
        this.#recordSoon();
        return;
      case 'droplets':
        this.#keep(message.batches);
        return;
      case 'forget':
        this.#host.store.droplets.remove(this.key, message.block);
        return;
      case 'stuck':
        this.#stall(message.problem);
        return;
      case 'unstuck':
        this.#unstall();
        return;
      case 'fetched':
        this.#stats = message.stats;
        void this.#finish();
        return;
    }
  }

  /** The threads are gone. */
  crashed(problem: Problem): void {
    if (!this.#running) return;
    this.#running = false;
    clearInterval(this.#retryTimer);
    clearTimeout(this.#recordTimer);
    this.#problem = problem;
    this.#setState('failed');
  }

  /** Figures of the last quarter second. */
  see(stats: TransferStats): void {
    this.#stats = stats;
    const now = performance.now();
    this.#meter.see(now, this.row.verifiedBytes);
    for (const server of stats.servers) {
      const meter = this.#serverMeters.get(server.address) ?? new RateMeter();
      this.#serverMeters.set(server.address, meter);
      meter.see(now, server.bytes);
    }
    this.#followServers(stats);
    this.#host.changed(this);
  }

  snapshot(): TransferSnapshot {
    const { row } = this;
    const now = performance.now();
    const tally = this.#stats?.tally;
    const rate = this.state === 'running' ? this.#meter.rate(now) : 0;
    const bytes = row.bytes ?? undefined;
    const received = tally?.received ?? 0;
    const base = this.state === 'done' ? this.#needed : (tally?.source ?? 0) + (tally?.repair ?? 0);
    const problem = this.#problem ?? this.#waitingProblem();
    return {
      key: row.key,
      id: row.id,
      link: row.link,
      name: row.name || this.#nameFromServer,
      state: this.state,
      ...(problem !== undefined && { problem }),
      ...(bytes !== undefined && { bytes }),
      ...(this.#manifest !== undefined && { files: filesOf(this.#manifest) }),
      into: row.intoFolder,
      ...(row.state === 'done' && row.finalPath !== null && { path: row.finalPath }),
      seed: row.seed,
      verified: row.verifiedBytes,
      resumedBytes: this.#resumedBytes,
      rate,
      ...(bytes !== undefined && rate > 0 && { eta: (bytes - row.verifiedBytes) / rate }),
      seconds: (this.#activeMs + (this.#running ? now - this.#startedAt : 0)) / 1000,
      wireBytes: this.#stats?.wireBytes ?? 0,
      overhead: base > 0 && received > 0 ? received / base - 1 : 0,
      droplets: {
        needed: this.#needed,
        received,
        source: tally?.source ?? 0,
        repair: tally?.repair ?? 0,
        duplicate: tally?.duplicate ?? 0,
        late: tally?.late ?? 0,
        rejected: tally?.rejected ?? 0,
        manifest: tally?.manifest ?? 0,
      },
      servers: (this.#stats?.servers ?? []).map((server) => ({
        address: server.address,
        found: server.found as Found,
        state: server.state as ServerState,
        reason: server.reason,
        rate: this.#running ? (this.#serverMeters.get(server.address)?.rate(now) ?? 0) : 0,
        droplets: server.droplets,
        bytes: server.bytes,
        share: received > 0 ? server.droplets / received : 0,
        loss: server.loss,
        ...(server.rtt !== undefined && { rttMs: server.rtt }),
      })),
      ...(this.#manifest !== undefined && {
        blocks: blockMap(blockCount(this.#manifest), this.#verified, this.#stats?.open ?? []),
      }),
      addedAt: row.addedAt,
      ...(row.doneAt !== null && { doneAt: row.doneAt }),
    };
  }

  /** Why nothing comes, in words. */
  #waitingProblem(): Problem | undefined {
    if (!this.#running || this.state === 'finishing') return undefined;
    const words = wordsFor(this.#stats?.waiting ?? 'servers', this.#stats?.servers.length ?? 0);
    return words === undefined ? undefined : { code: 'no-servers', ...words };
  }

  /** What is already here: nothing but the link, or the manifest, its part file and some of the content. */
  async #takeUp(): Promise<TransferContent | undefined> {
    const { store } = this.#host;
    const { digest, id, contentKey, partPath } = this.row;
    checkRoom(this.row.intoFolder, 0);
    const bytes = digest === null ? undefined : store.manifests.get(digest);
    if (bytes === undefined) return undefined;
    const manifest = readable(parseManifest(bytes, { id, key: contentKey ?? undefined }));
    this.#manifest = manifest;
    if (partPath === null) await this.#createTarget(manifest);
    else if (!(await this.#reopenTarget(manifest, partPath))) return undefined;
    return this.#content(manifest);
  }

  #content(manifest: OpenManifest): TransferContent {
    const { store } = this.#host;
    const blocks = blockCount(manifest);
    this.#verified = store.verifiedBlocks.bitmap(this.key, blocks);
    const stored = [...store.droplets.of(this.key)].filter(
      ({ symbolSize, block }) => symbolSize === manifest.symbolSize && block < blocks && !this.#has(block),
    );
    let missing = 0;
    for (let block = 0; block < blocks; block++)
      if (!this.#has(block)) missing += realSymbols(manifest, block);
    const kept = stored.reduce((sum, { ids }) => sum + ids.length, 0);
    this.#needed = Math.max(0, missing - kept);
    const missingBytes = manifest.length - this.row.verifiedBytes;
    this.#resumedBytes = this.row.verifiedBytes + Math.min(missingBytes, kept * manifest.symbolSize);
    return { layout: layoutOf(manifest), verified: this.#verified, stored };
  }

  async #createTarget(manifest: OpenManifest): Promise<void> {
    const { key, intoFolder: folder } = this.row;
    checkRoom(folder, manifest.length);
    const name = safeName(this.row.name || this.#nameFromServer, this.row.id);
    const command = { type: 'create-target', key, manifest, folder, name } as const;
    const partPath = (await this.#host.threads().command(this.#codec, command)) as string;
    this.#update({ partPath, name });
  }

  /** False when it turns out to be complete: the last run was stopped between its last two steps. */
  async #reopenTarget(manifest: OpenManifest, part: string): Promise<boolean> {
    const command = { type: 'reopen-target', key: this.key, manifest, part } as const;
    try {
      await this.#host.threads().command(this.#codec, command);
      return true;
    } catch (error) {
      const complete = this.row.verifiedBytes === manifest.length;
      if (!complete || !(await this.#isInPlace(manifest))) throw error;
      this.#running = false;
      this.#complete(manifest, this.row.finalPath ?? '');
      return false;
    }
  }

  async #isInPlace(manifest: OpenManifest): Promise<boolean> {
    const { finalPath } = this.row;
    if (finalPath === null || !existsSync(finalPath)) return false;
    try {
      const tree = await scanTree([finalPath]);
      await this.#host.threads().command(this.#codec, { type: 'verify', job: -this.key, tree, manifest });
      return true;
    } catch {
      return false;
    }
  }

  async #manifestArrived(bytes: Uint8Array): Promise<void> {
    const { id, contentKey, digest } = this.row;
    const real = identify(bytes);
    const isIt = real.id === id && (digest === null || Buffer.from(real.digest).equals(digest));
    if (!isIt) {
      this.#host.threads().tell({ type: 'wrong-manifest', key: this.key });
      return;
    }
    try {
      const manifest = readable(parseManifest(bytes, { id, key: contentKey ?? undefined }));
      this.#manifest = manifest;
      this.#host.store.transaction(() => {
        this.#host.store.manifests.put(real.digest, bytes);
        this.#update({ digest: real.digest, bytes: manifest.length });
      });
      await this.#createTarget(manifest);
      if (!this.#running) return;
      this.#setState('running');
      this.#host.threads().tell({ type: 'content', key: this.key, content: this.#content(manifest) });
    } catch (error) {
      await this.#fail(error);
    }
  }

  #nameArrived(sealed: Uint8Array): void {
    const { contentKey } = this.row;
    const name = contentKey === null ? Buffer.from(sealed).toString() : unsealName(contentKey, sealed);
    if (name !== undefined && this.#nameFromServer === '') this.#nameFromServer = safeName(name, this.row.id);
  }

  #recordSoon(): void {
    this.#recordTimer ??= setTimeout(() => {
      this.#recordTimer = undefined;
      this.#recording ??= this.#record().finally(() => {
        this.#recording = undefined;
        if (this.#written.length > 0) this.#recordSoon();
      });
    }, RECORD_EVERY);
  }

  /** Blocks count as verified from here on: first their bytes are on the medium, then the store says so. */
  async #record(): Promise<void> {
    const manifest = this.#manifest;
    const blocks = this.#written;
    if (blocks.length === 0 || manifest === undefined) return;
    this.#written = [];
    try {
      await this.#host.threads().command(this.#codec, { type: 'sync-target', key: this.key });
      const fresh = blocks.filter((block) => !this.#has(block));
      const bytes = fresh.reduce((sum, block) => sum + blockLength(manifest, block), this.row.verifiedBytes);
      this.#host.store.verifiedBlocks.mark(this.key, fresh, bytes);
      for (const block of fresh) this.#verified[block >> 3] |= 1 << (block & 7);
      this.row = { ...this.row, verifiedBytes: bytes };
    } catch (error) {
      this.#written.push(...blocks);
      this.#stall(problemOf(error));
    }
  }

  #has(block: number): boolean {
    return ((this.#verified[block >> 3] >> (block & 7)) & 1) === 1;
  }

  #keep(batches: readonly StoredDroplets[]): void {
    try {
      const open = batches.filter(({ block }) => !this.#has(block));
      this.#host.store.droplets.add(this.key, open);
    } catch (error) {
      // They are still in memory; only a kill would lose them.
      this.#host.problem(problemOf(error));
    }
  }

  async #finish(): Promise<void> {
    const manifest = this.#manifest;
    if (manifest === undefined) return;
    this.#setState('finishing');
    clearTimeout(this.#recordTimer);
    this.#recordTimer = undefined;
    await this.#recording;
    await this.#record();
    if (this.#written.length > 0) return;
    try {
      const name = safeName(this.row.name, this.row.id);
      this.#update({ finalPath: join(this.row.intoFolder, name) });
      const command = { type: 'finish-target', key: this.key, name } as const;
      const path = (await this.#host.threads().command(this.#codec, command)) as string;
      this.#running = false;
      this.#activeMs += performance.now() - this.#startedAt;
      await this.#host.threads().ask((call) => ({ type: 'stop', call, key: this.key }));
      this.#complete(manifest, path);
    } catch (error) {
      await this.#fail(error);
    }
  }

  #complete(manifest: OpenManifest, path: string): void {
    this.#problem = undefined;
    this.#update({ state: 'done', problem: null, finalPath: path, partPath: null, doneAt: Date.now() });
    this.#setState('done');
    this.#host.completed(this, manifest);
  }

  /** Room may appear: it is tried again until it works or the person stops it. */
  #stall(problem: Problem): void {
    this.#problem = problem;
    this.#update({ problem });
    this.#setState('stalled');
    this.#retryTimer ??= setInterval(() => {
      this.#host.threads().tell({ type: 'retry', key: this.key });
      if (this.#written.length > 0) this.#recordSoon();
    }, RETRY_EVERY);
  }

  #unstall(): void {
    clearInterval(this.#retryTimer);
    this.#retryTimer = undefined;
    this.#problem = undefined;
    this.#update({ problem: null });
    this.#setState('running');
  }

  async #fail(error: unknown): Promise<void> {
    this.#running = false;
    await this.#release();
    this.#problem = problemOf(error);
    this.#setStopped('failed');
  }

  /** Lets go of the threads, with everything recorded. */
  async #release(): Promise<void> {
    clearInterval(this.#retryTimer);
    this.#retryTimer = undefined;
    this.#activeMs += performance.now() - this.#startedAt;
    const threads = this.#host.threads();
    await threads.ask((call) => ({ type: 'stop', call, key: this.key }));
    clearTimeout(this.#recordTimer);
    this.#recordTimer = undefined;
    await this.#recording;
    await this.#record();
    await this.#closeTarget();
  }

  async #closeTarget(): Promise<void> {
    const command = { type: 'close-target', key: this.key } as const;
    await this.#host.threads().command(this.#codec, command);
  }

  #isDone(): boolean {
    return this.state === 'done';
  }

  #setStopped(state: 'paused' | 'failed'): void {
    this.#update({ state, problem: this.#problem ?? null });
    this.#setState(state);
  }

  #setState(state: TransferState): void {
    if (this.state === state) return;
    this.state = state;
    this.#host.changed(this);
  }

  #update(change: Parameters<Store['transfers']['update']>[1]): void {
    this.row = this.#host.store.transfers.update(this.key, change);
  }

  /** Waiting, learning what it is, or running: by what the servers do. */
  #followServers(stats: TransferStats): void {
    if (!['waiting', 'manifest', 'running'].includes(this.state)) return;
    if (stats.waiting !== 'nothing' && stats.waiting !== 'room') this.#setState('waiting');
    else this.#setState(stats.phase === 'manifest' ? 'manifest' : 'running');
  }
}

function layoutOf({ length, symbolSize, symbolsPerBlock }: Manifest): TransferContent['layout'] {
  return { length, symbolSize, symbolsPerBlock };
}

function readable(manifest: Manifest): OpenManifest {
  if (manifest.access !== 'sealed') return manifest;
  throw new Failure(
    'wrong-key',
    'This resource is private, and its id alone does not open it.',
    'Ask for the whole link, with the key behind the dot.',
  );
}

function filesOf({ listing }: OpenManifest): number {
  return listing === undefined ? 1 : listing.filter(({ kind }) => kind === 'file').length;
}
