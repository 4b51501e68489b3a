/** What happens to a client in time and on the network, beside what its disk does. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { splitAddress } from '../../core/engine/ip.ts';
import { unit } from '../../core/protocol/random.ts';
import { type Happening, oneTo, type Victim } from './ordeal.ts';
import { atRest, fetchInto, openNode } from './scene.ts';

const HOUR = 3_600_000;
/** Within so many ms of its start something happens: the longest of these transfers takes a little more. */
const SOON = 350;

/** The clock on the wall is put forward or back by hours, once or more. */
export const wallJumps: Happening = (victim) =>
  disturbed(victim, oneTo(3, victim.random), () => {
    const by = (unit(victim.random) - 0.5) * 20 * HOUR;
    const now = Date.now;
    Date.now = () => Math.round(now() + by);
    return () => {
      Date.now = now;
    };
  });

/** The machine sleeps for an hour, as both clocks tell it that count on meanwhile. */
export const sleeps: Happening = (victim) =>
  disturbed(victim, 1, () => {
    const [now, wall] = [performance.now, Date.now];
    performance.now = () => now.call(performance) + HOUR;
    Date.now = () => wall() + HOUR;
    // Everything that is told in times of that clock begins anew with the next node.
    return () => undefined;
  });

/** The client gets another address, as by a NAT that forgot it, once or more. */
export const addressChanges: Happening = async (victim) => {
  const link = await RebindingLink.open(victim.from);
  try {
    return await disturbed({ ...victim, from: link.address }, oneTo(3, victim.random), () => {
      link.rebind();
      return () => undefined;
    });
  } finally {
    link.close();
  }
};

/** Fetches, while `happens` is called so many times; what it returns puts things back. */
async function disturbed(
  { place, resource, from, random }: Victim,
  times: number,
  happens: () => () => void,
): ReturnType<Happening> {
  const undo: (() => void)[] = [];
  const timers = Array.from({ length: times }, () =>
    setTimeout(() => undo.unshift(happens()), unit(random) * SOON),
  );
  const node = await openNode(place.data);
  try {
    return await atRest(node, await fetchInto(node, resource, from, place));
  } finally {
    for (const timer of timers) clearTimeout(timer);
    for (const each of undo) each();
    await node.close();
  }
}

/** Relays between one client and one server, which sees the client at another port from time to time. */
class RebindingLink {
  readonly #front: Socket;
  readonly #to: { readonly host: string; readonly port: number };
  #back: Socket;
  #client: { readonly address: string; readonly port: number } | undefined;

  private constructor(front: Socket, to: { readonly host: string; readonly port: number }) {
    this.#front = front;
    this.#to = to;
    this.#back = this.#openBack();
    front.on('message', (bytes, client) => {
      this.#client = client;
      this.#back.send(bytes, to.port, to.host);
    });
  }

  static async open(to: string): Promise<RebindingLink> {
    const front = createSocket('udp4');
    front.bind(0, '127.0.0.1');
    await once(front, 'listening');
    return new RebindingLink(front, splitAddress(to));
  }

  get address(): string {
    return `127.0.0.1:${this.#front.address().port}`;
  }

  rebind(): void {
    this.#back.close();
    this.#back = this.#openBack();
  }

  close(): void {
    this.#front.close();
    this.#back.close();
  }

  #openBack(): Socket {
    const back = createSocket('udp4');
    back.on('message', (bytes) => {
      if (this.#client !== undefined) this.#front.send(bytes, this.#client.port, this.#client.address);
    });
    back.bind(0, this.#to.host);
    return back;
  }
}
