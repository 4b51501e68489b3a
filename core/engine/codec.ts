/**
 * What a codec thread does: decode, verify and write blocks of transfers; read, seal and presolve blocks of
 * sources; hash what is shared. One block at a time, so that nothing waits long behind anything else.
 */
import { ContentVerifier, ManifestBuilder } from '../content/build.ts';
import { type FileSystem, realFileSystem } from '../content/file-system.ts';
import { blockLength, codedSymbols, realSymbols } from '../content/layout.ts';
import { isGenuineBlock, type OpenManifest } from '../content/manifest.ts';
import { unsealBlock } from '../content/seal.ts';
import { SourceReader } from '../content/source.ts';
import { type OpenedPart, PartWriter } from '../content/target.ts';
import { Failure } from '../failure.ts';
import { Decoder, type ReceivedBlock } from '../fountain/decoder.ts';
import { Encoder } from '../fountain/encoder.ts';
import { Kernel } from '../fountain/kernel.ts';
import { MANIFEST_BLOCK } from '../wire/datagram.ts';
import { findLiars } from './audit.ts';
import type {
  CodecCommand,
  CodecStart,
  DecodeOutcome,
  Finished,
  FromCodec,
  ToCodec,
} from './codec-messages.ts';
import { problemOf } from './problem.ts';

interface Source {
  readonly reader: SourceReader;
  readonly manifest: OpenManifest;
  readonly manifestBytes: Uint8Array;
}

interface Target {
  readonly writer: PartWriter;
  readonly manifest: OpenManifest;
}

export class Codec {
  readonly #memory: Uint8Array;
  readonly #scratch: CodecStart['arena']['codecs'][number];
  readonly #decoder: Decoder;
  readonly #encoder: Encoder;
  readonly #sources = new Map<number, Source>();
  readonly #targets = new Map<number, Target>();
  /** Those that are being opened. */
  readonly #opening = new Map<number, AbortController>();
  readonly #jobs = new Map<number, ManifestBuilder | ContentVerifier>();
  readonly #reportHashed: (job: number, bytes: number) => void;
  /** Where parts are written. */
  readonly #fs: FileSystem;

  constructor(
    start: CodecStart,
    reportHashed: (job: number, bytes: number) => void,
    fs: FileSystem = realFileSystem,
  ) {
    this.#fs = fs;
    const { memory, codecs } = start.arena;
    this.#memory = new Uint8Array(memory.buffer);
    this.#scratch = codecs[start.index];
    const kernel = new Kernel(memory);
    this.#decoder = new Decoder(kernel, this.#scratch.decode);
    this.#encoder = new Encoder(kernel, this.#scratch.presolve);
    this.#reportHashed = reportHashed;
  }

  /** Work for the network thread. */
  handle(message: ToCodec): FromCodec {
    if (message.type === 'decode') {
      const { key, block } = message;
      return { type: 'decoded', key, block, outcome: this.#decodeSafely(message) };
    }
    const { source, block, slot } = message;
    const presolved = message.type === 'presolve';
    try {
      if (presolved) this.#presolve(message);
      else this.#load(message);
      return { type: 'loaded', source, block, slot, presolved };
    } catch (error) {
      return { type: 'loaded', source, block, slot, presolved: false, problem: problemOf(error) };
    }
  }

  /** Work for the node; throws Failure. */
  async command(command: CodecCommand): Promise<unknown> {
    switch (command.type) {
      case 'open-source': {
        const { source, tree, manifest, manifestBytes } = command;
        const reader = new SourceReader(tree, manifest, keyOf(manifest));
        this.#sources.set(source, { reader, manifest, manifestBytes });
        return undefined;
      }
      case 'close-source':
        this.#sources.get(command.source)?.reader.close();
        this.#sources.delete(command.source);
        return undefined;
      case 'make-part':
        return PartWriter.make(command.folder, command.name, command.kind, this.#fs);
      case 'open-target':
        return this.#openTarget(command);
      case 'cancel-target':
        this.#opening.get(command.key)?.abort();
        return undefined;
      case 'sync-target':
        return this.#targetOf(command.key).writer.sync();
      case 'finish-target':
        return this.#finishTarget(command.key, command.name);
      case 'close-target': {
        const target = this.#targets.get(command.key);
        this.#targets.delete(command.key);
        target?.writer.close();
        return undefined;
      }
      case 'hash': {
        const { job, tree, key, id } = command;
        const options = { ...(key && { key }), ...(id !== undefined && { id }) };
        // The manifest alone: what is in it would be copied for nothing, and may be of a million files.
        return (await this.#run(job, new ManifestBuilder(tree, options))).bytes;
      }
      case 'verify':
        await this.#run(command.job, new ContentVerifier(command.tree, command.manifest));
        return undefined;
      case 'cancel':
        this.#jobs.get(command.job)?.close();
        this.#jobs.delete(command.job);
        return undefined;
    }
  }

  close(): void {
    for (const { reader } of this.#sources.values()) reader.close();
    for (const { writer } of this.#targets.values()) writer.close();
    for (const stop of this.#opening.values()) stop.abort();
    for (const job of this.#jobs.values()) job.close();
    this.#jobs.clear();
  }

  async #openTarget(command: CodecCommand & { type: 'open-target' }): Promise<Omit<OpenedPart, 'writer'>> {
    const { key, manifest, part, verified, changedMs } = command;
    const stop = new AbortController();
    this.#opening.set(key, stop);
    const isVerified = (block: number): boolean => ((verified[block >> 3] >> (block & 7)) & 1) === 1;
    try {
      const kept = { isVerified, changedMs };
      const options = { fs: this.#fs, stop: stop.signal };
      const { writer, ...opened } = await PartWriter.open(part, manifest, kept, options);
      this.#targets.set(key, { writer, manifest });
      return opened;
    } finally {
      this.#opening.delete(key);
    }
  }

  async #finishTarget(key: number, name: string): Promise<Finished> {
    const { writer } = this.#targetOf(key);
    const path = await writer.finish(name);
    this.#targets.delete(key);
    return { path, unmade: writer.unmade };
  }

  #targetOf(key: number): Target {
    const target = this.#targets.get(key);
    if (target === undefined) throw new Error(`transfer ${key} has no target`);
    return target;
  }

  /** Steps a job, letting other work in between the blocks. */
  async #run<T>(
    id: number,
    job: {
      step(buffer: Uint8Array): { done: boolean; hashed: number; result?: T };
      close(): void;
      bufferBytes: number;
    },
  ): Promise<T> {
    this.#jobs.set(id, job as ManifestBuilder | ContentVerifier);
    const buffer = new Uint8Array(job.bufferBytes);
    try {
      for (let reported = 0; ; ) {
        if (!this.#jobs.has(id)) throw new Failure('interrupted', 'Hashing was stopped.');
        const step = job.step(buffer);
        if (step.done && step.result !== undefined) return step.result;
        const now = performance.now();
        if (now - reported > 100) {
          this.#reportHashed(id, step.hashed);
          reported = now;
        }
        await new Promise((go) => setImmediate(go));
      }
    } finally {
      this.#jobs.delete(id);
    }
  }

  /** A block that cannot be decoded must not take the thread, and with it all transfers, down. */
  #decodeSafely(message: ToCodec & { type: 'decode' }): DecodeOutcome {
    try {
      return this.#decode(message);
    } catch (error) {
      return { kind: 'stuck', problem: problemOf(error) };
    }
  }

  #decode(message: ToCodec & { type: 'decode' }): DecodeOutcome {
    const { key, block, slot, symbolSize, real, present, repairIds, repairAt, isFull } = message;
    const k = Math.max(4, real);
    this.#memory.fill(0, slot + real * symbolSize, slot + k * symbolSize);
    const allPresent = new Uint8Array(k).fill(1);
    allPresent.set(present);
    const received = { k, symbolSize, source: slot, present: allPresent, repairIds, repairAt };
    const deficit = this.#decoder.begin({ ...received, count: repairIds.length });
    if (deficit > 0) return { kind: 'short', deficit, useless: isFull ? this.#useless(received) : [] };
    this.#decoder.finish();
    if (block >= MANIFEST_BLOCK) return { kind: 'written', liars: [] };
    const target = this.#targetOf(key);
    const bytes = this.#memory.subarray(slot, slot + real * symbolSize);
    if (!isGenuineBlock(target.manifest, block, bytes)) return { kind: 'rotten' };
    const liars = this.#audit(message, k);
    try {
      this.#write(target, block, bytes);
    } catch (error) {
      return { kind: 'stuck', problem: problemOf(error) };
    }
    return { kind: 'written', liars };
  }

  /** Repair droplets that add nothing to those before them: a run that is kept may hold more of them than there is room. */
  #useless(received: Omit<ReceivedBlock, 'count'>): number[] {
    const useless: number[] = [];
    let deficit = this.#decoder.begin({ ...received, count: 0 });
    for (const [i, id] of received.repairIds.entries()) {
      const left = this.#decoder.add(id, received.repairAt[i]);
      if (left === deficit) useless.push(id);
      deficit = left;
    }
    return useless;
  }

  #audit(message: ToCodec & { type: 'decode' }, k: number): number[] {
    const { evidence, slot, symbolSize } = message;
    if (evidence === undefined) return [];
    const { intermediate, block } = this.#scratch;
    this.#encoder.presolve(k, symbolSize, slot, intermediate);
    return findLiars(this.#memory, evidence, { source: slot, symbolSize }, (id) => {
      this.#encoder.droplet(k, symbolSize, intermediate, id, block);
      return block;
    });
  }

  #write({ writer, manifest }: Target, block: number, sealed: Uint8Array): void {
    const key = keyOf(manifest);
    if (key === undefined) {
      writer.writeBlock(block, sealed);
      return;
    }
    const length = blockLength(manifest, block);
    const at = this.#scratch.block;
    const clear = this.#memory.subarray(at, at + length);
    clear.set(sealed.subarray(0, length));
    unsealBlock(key, block, clear);
    writer.writeBlock(block, clear);
  }

  #load({ source, block, slot }: ToCodec & { type: 'load' }): void {
    const of = this.#sourceOf(source);
    this.#read(of, block, slot, symbolsOf(of, block).coded * of.manifest.symbolSize);
  }

  #presolve({ source, block, slot, intermediate }: ToCodec & { type: 'presolve' }): void {
    const of = this.#sourceOf(source);
    this.#encoder.presolve(symbolsOf(of, block).coded, of.manifest.symbolSize, slot, intermediate);
  }

  #sourceOf(source: number): Source {
    const of = this.#sources.get(source);
    if (of === undefined) throw new Error(`source ${source} is not open`);
    return of;
  }

  #read({ reader, manifest, manifestBytes }: Source, block: number, slot: number, bytes: number): void {
    const into = this.#memory.subarray(slot, slot + bytes);
    if (block >= MANIFEST_BLOCK) {
      const start = (block - MANIFEST_BLOCK) * manifest.symbolSize * manifest.symbolsPerBlock;
      const part = manifestBytes.subarray(start, start + bytes);
      into.set(part);
      into.fill(0, part.length);
      return;
    }
    reader.readBlock(block, into);
    // A file can change and keep its time: what is poured is what was promised, or nothing is.
    if (isGenuineBlock(manifest, block, into)) return;
    throw new Failure(
      'changed-while-read',
      'The file is not what it was when it was shared.',
      'Share it again; its link will be another.',
    );
  }
}

function keyOf(manifest: OpenManifest): Uint8Array | undefined {
  return manifest.access === 'private' ? manifest.key : undefined;
}

function symbolsOf({ manifest, manifestBytes }: Source, block: number): { coded: number } {
  if (block < MANIFEST_BLOCK) return { coded: codedSymbols(manifest, block) };
  const layout = { ...manifest, length: manifestBytes.length };
  return { coded: Math.max(4, realSymbols(layout, block - MANIFEST_BLOCK)) };
}
