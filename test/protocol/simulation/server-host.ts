/** A server on the virtual network: the real state machine over a virtual resource, honest or not. */
import type { Terms } from '../../../core/protocol/agreement.ts';
import { type Random, unit } from '../../../core/protocol/random.ts';
import { Server, type Spring } from '../../../core/protocol/server.ts';
import { readControl } from '../../../core/wire/control.ts';
import { MANIFEST_BLOCK, type PeerAddress } from '../../../core/wire/datagram.ts';
import type { Host } from './network.ts';
import { symbolsOf, tagOf, termsOf, type VirtualResource } from './virtual-resource.ts';

/** Which droplets it falsifies. */
export type Lie = (block: number, id: number) => boolean;

export interface ServerOptions {
  readonly uploadLimit?: number;
  readonly maxSubscriptions?: number;
  readonly lie?: Lie;
  /** What it says of the manifest; blocks of such a manifest are poured, and false. */
  readonly terms?: Partial<Terms>;
  /** Greets and pours the manifest, but never has a block of the content ready. */
  readonly stalls?: boolean;
  /** Is told of every block that droplets are wanted of, as often as they are. */
  readonly wanted?: (block: number) => void;
  /** What its clock shows when that of the network shows 0, ms. */
  readonly clock?: number;
  /** How clients that serve on are told of; without it nobody is. */
  readonly peerOf?: (address: string) => PeerAddress;
}

export class ServerHost implements Host {
  readonly server: Server;
  /** RAIN bytes it has sent. */
  poured = 0;
  readonly #buffer = new Uint8Array(65_507);
  /** Its clock is not anybody else's, ms. */
  readonly #clock: number;

  constructor(resources: readonly VirtualResource[], random: Random, options: ServerOptions = {}) {
    const secret = random.u32();
    this.#clock = options.clock ?? unit(random) * 10_000_000;
    const springs = new Map(resources.map((resource) => [resource.id, springOf(resource, options)]));
    this.server = new Server(
      {
        mac: (message) => toyMac(message, secret),
        maxSubscriptions: options.maxSubscriptions ?? 100,
        maxPerHost: 100,
        uploadLimit: options.uploadLimit ?? Number.POSITIVE_INFINITY,
      },
      (id) => springs.get(id) ?? null,
      options.peerOf ?? (() => undefined),
    );
  }

  receive(now: number, from: string, bytes: Uint8Array): void {
    const datagram = readControl(bytes);
    if (typeof datagram !== 'string') this.server.handle(now + this.#clock, from, datagram);
  }

  pump(now: number, send: (to: string, bytes: Uint8Array) => void): number {
    const time = now + this.#clock;
    for (;;) {
      const out = this.server.pollTransmit(time, this.#buffer);
      if (out === undefined) break;
      this.poured += out.bytes.length;
      send(out.address, out.bytes);
    }
    return this.server.pollTimeout(time) - this.#clock;
  }
}

function springOf(resource: VirtualResource, options: ServerOptions): Spring {
  const terms = { ...termsOf(resource), ...options.terms };
  const lie = options.lie ?? (() => false);
  return {
    ...terms,
    name: new Uint8Array(0),
    realSymbols: (block) => symbolsOf(resource, block, terms.manifestBytes),
    ready: (block) => {
      options.wanted?.(block);
      return block >= MANIFEST_BLOCK || options.stalls !== true;
    },
    write(block, id, count, into, at) {
      const view = new DataView(into.buffer, into.byteOffset);
      for (let i = 0; i < count; i++) {
        const right = tagOf(resource, block, id + i);
        view.setUint32(at + i * terms.symbolSize, lie(block, id + i) ? right ^ 1 : right);
      }
    },
  };
}

/** Not a MAC; good enough for hosts that do not attack. */
function toyMac(message: Uint8Array, secret: number): Uint8Array {
  const out = new Uint8Array(16);
  let h = secret;
  for (const byte of message) h = Math.imul(h ^ byte, 0x01000193);
  new DataView(out.buffer).setUint32(0, h);
  return out;
}
