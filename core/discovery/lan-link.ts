import { createSocket, type Socket } from 'node:dgram';
import type { Answer, Packet } from 'dns-packet';
import multicastDns from 'multicast-dns';
import { type Family, isLinkLocal, type NetworkInterface, neighbourhood } from './interfaces.ts';
import { plausible } from './lan-presence.ts';

const PORT = 5353;
const GROUPS = { 4: '224.0.0.251', 6: 'ff02::fb' } as const;

export interface LinkEvents {
  /** A well-formed packet of a neighbour; `host` is its address, with zone if link-local. */
  readonly onPacket: (packet: Packet, host: string) => void;
  /** The socket is of no use, or the group could not be joined; may come again and again. */
  readonly onProblem: (error: NodeJS.ErrnoException) => void;
  /** The socket is dead: close this link. */
  readonly onDead: () => void;
}

/**
 * Multicast DNS on one interface with one family: a socket that speaks on this interface only, whatever the
 * routing table says, and hears only neighbours on it (RFC 6762 section 11).
 */
export class LanLink {
  readonly local: NetworkInterface;
  readonly family: Family;
  readonly #mdns: multicastDns.MulticastDNS;

  constructor(local: NetworkInterface, family: Family, events: LinkEvents) {
    this.local = local;
    this.family = family;
    const socket = createSocket({
      type: family === 4 ? 'udp4' : 'udp6',
      // Other nodes and the system's own daemon are on this port too. On BSD and macOS this is SO_REUSEPORT; on
      // Linux that option itself must stay off, it would share unicast out among the processes.
      reuseAddr: true,
      ipv6Only: family === 6,
    });
    this.#mdns = multicastDns({ socket, port: PORT, ip: GROUPS[family], ...binding(local, family) });
    this.#mdns.on('warning', (error) => {
      const { errno }: NodeJS.ErrnoException = error;
      // A packet that cannot be decoded is a warning too, without an errno.
      if (errno !== undefined) events.onProblem(error);
    });
    this.#mdns.on('error', (error) => {
      events.onProblem(error);
      events.onDead();
    });
    const isNeighbour = neighbourhood(local);
    screen(socket, (message, from) => from.port === PORT && isNeighbour(from.address) && plausible(message));
    const onPacket = (packet: Packet, from: { address: string }) => events.onPacket(packet, from.address);
    this.#mdns.on('query', onPacket);
    this.#mdns.on('response', onPacket);
  }

  /** Resolves with the error, if there is one, when the packet has been handed to the system. */
  respond(answers: Answer[]): Promise<Error | null> {
    return new Promise((resolve) => this.#mdns.respond({ answers }, (error) => resolve(error)));
  }

  query(packet: multicastDns.QueryOutgoingPacket): Promise<Error | null> {
    return new Promise((resolve) => this.#mdns.query(packet, (error) => resolve(error)));
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#mdns.destroy(() => resolve()));
  }
}

/** Whether multicast DNS with this family can reach anybody through this interface. */
export function isUsable(local: NetworkInterface, family: Family): boolean {
  return local.addresses.some((each) => {
    if (each.family !== family) return false;
    return family === 4 ? each.prefix < 32 : isLinkLocal(each.address);
  });
}

function binding(local: NetworkInterface, family: Family): { bind: string; interface: string } {
  // Bound to the group, a socket on Linux gets nothing that is meant for the system's daemon, which unicast to
  // this port may be. Elsewhere the address bound to would become the sender's address, or is refused.
  const group = process.platform === 'linux';
  if (family === 6) {
    return { bind: group ? `${GROUPS[6]}%${local.zone}` : '::', interface: `::%${local.zone}` };
  }
  const own = local.addresses.find((each) => each.family === 4 && each.prefix < 32);
  return { bind: group ? GROUPS[4] : '0.0.0.0', interface: own?.address ?? '0.0.0.0' };
}

/**
 * Puts a check before the listener that decodes: decoding is too dear to be done for strangers (RFC 6762
 * section 6 wants answers from port 5353 only; simple resolvers on other ports are not served).
 */
function screen(
  socket: Socket,
  accept: (message: Buffer, from: { address: string; port: number }) => boolean,
): void {
  const listeners = socket.listeners('message');
  socket.removeAllListeners('message');
  socket.on('message', (message, from) => {
    if (accept(message, from)) for (const listener of listeners) listener.call(socket, message, from);
  });
}
