/** A node at one address: it fetches, serves, or does one after the other; and what it says is counted. */
import { isRain } from '../../../core/wire/rain.ts';
import type { ClientHost } from './client-host.ts';
import type { Host } from './network.ts';
import type { ServerHost } from './server-host.ts';

/** Datagrams and bytes of UDP payload, of all homes together. */
export interface Traffic {
  rain: number;
  rainBytes: number;
  /** What clients say: SUBSCRIBE and UNSUBSCRIBE. */
  asked: number;
  askedBytes: number;
  /** What servers say beside RAIN: HELLO and SORRY. */
  answered: number;
  answeredBytes: number;
}

export class Home implements Host {
  client: ClientHost | undefined;
  server: ServerHost | undefined;
  /** Datagrams of RAIN that it has sent. */
  poured = 0;
  /** What it says to others when it goes. */
  readonly lastWords: { readonly address: string; readonly bytes: Uint8Array }[] = [];
  /** Called after each pump and each droplet of its client. */
  onProgress: () => void = () => undefined;
  readonly #traffic: Traffic;

  constructor(traffic: Traffic) {
    this.#traffic = traffic;
  }

  receive(now: number, from: string, bytes: Uint8Array): void {
    this.client?.receive(now, from, bytes);
    if (isRain(bytes)) this.onProgress();
    else this.server?.receive(now, from, bytes);
  }

  pump(now: number, send: (to: string, bytes: Uint8Array) => void): number {
    const traffic = this.#traffic;
    const serverNext = this.server?.pump(now, (to, bytes) => {
      if (isRain(bytes)) {
        this.poured++;
        traffic.rain++;
        traffic.rainBytes += bytes.length;
      } else {
        traffic.answered++;
        traffic.answeredBytes += bytes.length;
      }
      send(to, bytes);
    });
    const ask = (to: string, bytes: Uint8Array): void => {
      traffic.asked++;
      traffic.askedBytes += bytes.length;
      send(to, bytes);
    };
    const clientNext = this.client?.pump(now, ask);
    for (const { address, bytes } of this.lastWords.splice(0)) ask(address, bytes);
    this.onProgress();
    return Math.min(serverNext ?? Number.POSITIVE_INFINITY, clientNext ?? Number.POSITIVE_INFINITY);
  }
}
