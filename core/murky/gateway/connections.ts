/** Whose connections a gateway keeps when there are many, so that nobody takes the places of others. */
import { BlockList, isIPv6, type Socket } from 'node:net';

export interface ConnectionLimits {
  /** All together. */
  readonly most: number;
  /** How long a connection may stay without having sent a byte, ms. */
  readonly silence: number;
}

/** Beyond them, for those who are to be told that there is no place. */
const TO_BE_TOLD = 64;

/** What a host may have of a number of places. A proxy on this machine speaks for everybody, and may have all. */
export function placesOf(host: string, most: number): number {
  return LOOPBACK.check(host, isIPv6(host) ? 'ipv6' : 'ipv4') ? most : Math.ceil(most / 2);
}

/** The address of a client; of IPv6 the /64 that it can choose addresses in. */
export function hostOf({ remoteAddress = '' }: Pick<Socket, 'remoteAddress'>): string {
  const plain = remoteAddress.replace(/^::ffff:(?=\d+\.)/i, '');
  if (!isIPv6(plain) || plain === '::1') return plain;
  const [head, tail] = plain.split('%', 1)[0].split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - first.length - last.length;
  const groups = [...first, ...Array.from({ length: zeros }, () => '0'), ...last];
  return `${groups.slice(0, 4).join(':')}::`;
}

export class Connections {
  readonly #limits: ConnectionLimits;
  /** In the order in which they were last of use. */
  readonly #idle = new Map<Socket, string>();
  /** With how many requests each is being asked. */
  readonly #busy = new Map<Socket, { readonly host: string; readonly requests: number }>();
  readonly #refused = new WeakSet<Socket>();

  constructor(limits: ConnectionLimits) {
    this.#limits = limits;
  }

  /** A new one. Beyond the limits the one goes that was idle for longest, of the host that has most of them. */
  opened(socket: Socket): void {
    const host = hostOf(socket);
    const { most, silence } = this.#limits;
    const isHostFull = this.#countOf(host) >= placesOf(host, most);
    if (isHostFull || this.#all >= most) {
      if (!this.#giveUp(isHostFull ? host : this.#largest())) this.#refused.add(socket);
    }
    if (this.#all >= most + TO_BE_TOLD) {
      socket.destroy();
      return;
    }
    this.#idle.set(socket, host);
    const timer = setTimeout(() => {
      if (socket.bytesRead === 0) socket.destroy();
    }, silence).unref();
    socket.once('close', () => {
      clearTimeout(timer);
      this.#idle.delete(socket);
      this.#busy.delete(socket);
    });
  }

  /** A request of it has begun. False: there is no place for it, which it is to be told. */
  began(socket: Socket): boolean {
    const { host, requests } = this.#busy.get(socket) ?? { host: this.#idle.get(socket), requests: 0 };
    if (host !== undefined) {
      this.#idle.delete(socket);
      this.#busy.set(socket, { host, requests: requests + 1 });
    }
    return !this.#refused.has(socket);
  }

  /** The request was answered. */
  ended(socket: Socket): void {
    const busy = this.#busy.get(socket);
    if (busy === undefined) return;
    this.#busy.delete(socket);
    if (busy.requests > 1) this.#busy.set(socket, { ...busy, requests: busy.requests - 1 });
    else this.#idle.set(socket, busy.host);
  }

  get #all(): number {
    return this.#idle.size + this.#busy.size;
  }

  #countOf(host: string): number {
    const hosts = [...this.#idle.values(), ...[...this.#busy.values()].map((busy) => busy.host)];
    return hosts.filter((other) => other === host).length;
  }

  /** The host with most idle connections. */
  #largest(): string | undefined {
    const counts = Map.groupBy(this.#idle.values(), (host) => host);
    return [...counts].sort(([, a], [, b]) => b.length - a.length)[0]?.[0];
  }

  #giveUp(host: string | undefined): boolean {
    for (const [socket, of] of this.#idle) {
      if (of !== host || this.#refused.has(socket)) continue;
      socket.destroy();
      // It is gone from here when it says so; until then it is not to be counted.
      this.#idle.delete(socket);
      return true;
    }
    return false;
  }
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');
