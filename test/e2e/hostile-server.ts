/** A server that keeps to the protocol and pours manifests that no honest node would make. */
import { createHmac } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { identify } from '../../core/content/manifest.ts';
import { Encoder, intermediateBytes, presolveScratchBytes } from '../../core/fountain/encoder.ts';
import { createSymbolMemory, Kernel } from '../../core/fountain/kernel.ts';
import { Server, type Spring } from '../../core/protocol/server.ts';
import { readControl } from '../../core/wire/control.ts';
import { MANIFEST_BLOCK } from '../../core/wire/datagram.ts';

const LOOPBACK = '127.0.0.1';
const SYMBOL = 1152;
const NAME = new TextEncoder().encode('gift');

export class HostileServer implements AsyncDisposable {
  readonly #socket: Socket;
  readonly #springs = new Map<string, Spring>();
  readonly #server: Server;
  readonly #buffer = new Uint8Array(65_507);
  #timer: NodeJS.Timeout | undefined;

  private constructor(socket: Socket) {
    this.#socket = socket;
    this.#server = new Server(
      {
        mac: (message) => createHmac('sha256', 'secret').update(message).digest(),
        maxSubscriptions: 100,
        maxPerHost: 100,
        uploadLimit: Number.POSITIVE_INFINITY,
      },
      (resource) => this.#springs.get(resource) ?? null,
      () => undefined,
    );
    socket.on('message', (bytes, from) => {
      const datagram = readControl(bytes);
      if (typeof datagram === 'string') return;
      this.#server.handle(performance.now(), `${from.address}:${from.port}`, datagram);
      this.#pump();
    });
  }

  static async open(): Promise<HostileServer> {
    const socket = createSocket('udp4');
    socket.bind(0, LOOPBACK);
    await once(socket, 'listening');
    return new HostileServer(socket);
  }

  get address(): string {
    return `${LOOPBACK}:${this.#socket.address().port}`;
  }

  /** Pours these bytes as the manifest of the resource they are the digest of; returns its id. */
  offer(manifest: Uint8Array): string {
    const { id } = identify(manifest);
    this.#springs.set(id, manifestSpring(manifest));
    return id;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer);
    this.#socket.close();
    await once(this.#socket, 'close');
  }

  #pump(): void {
    clearTimeout(this.#timer);
    for (;;) {
      const now = performance.now();
      const out = this.#server.pollTransmit(now, this.#buffer);
      if (out === undefined) {
        const at = this.#server.pollTimeout(now);
        if (at !== Number.POSITIVE_INFINITY) this.#timer = setTimeout(() => this.#pump(), at - now);
        return;
      }
      const colon = out.address.lastIndexOf(':');
      // Copied: the buffer is used again before the datagram has left.
      this.#socket.send(out.bytes.slice(), Number(out.address.slice(colon + 1)), out.address.slice(0, colon));
    }
  }
}

/** One block of manifest, and no content at all. */
function manifestSpring(manifest: Uint8Array): Spring {
  const real = Math.ceil(manifest.length / SYMBOL);
  const coded = Math.max(4, real);
  const scratch = { at: 64, bytes: presolveScratchBytes(coded, SYMBOL) };
  const source = Math.ceil((scratch.at + scratch.bytes) / 64) * 64;
  const intermediate = source + coded * SYMBOL;
  const droplet = intermediate + intermediateBytes(coded, SYMBOL);
  const memory = createSymbolMemory(droplet + SYMBOL);
  const bytes = new Uint8Array(memory.buffer);
  bytes.set(manifest, source);
  const encoder = new Encoder(new Kernel(memory), scratch);
  encoder.presolve(coded, SYMBOL, source, intermediate);
  return {
    manifestBytes: manifest.length,
    symbolSize: SYMBOL,
    blockSymbols: 1024,
    profile: 1,
    name: NAME,
    realSymbols: (block) => (block === MANIFEST_BLOCK ? real : 0),
    ready: () => true,
    write(_block, id, count, into, at) {
      for (let i = 0; i < count; i++) {
        encoder.droplet(coded, SYMBOL, intermediate, id + i, droplet);
        into.set(bytes.subarray(droplet, droplet + SYMBOL), at + i * SYMBOL);
      }
    },
  };
}
