/**
 * A resource that very many fetch at once: clients on access links of homes come one after the other, some leave half
 * way and come back with what they had, some serve on when they are done; servers die, and new ones come.
 */
import { type Random, seeded, unit } from '../../../core/protocol/random.ts';
import type { PeerAddress } from '../../../core/wire/datagram.ts';
import { type Access, drawAccess } from './access.ts';
import { ClientHost, type Kept } from './client-host.ts';
import type { CrowdOptions, CrowdOutcome, Station, Visit } from './crowd-outcome.ts';
import { Home, type Traffic } from './home.ts';
import { Network } from './network.ts';
import { ServerHost } from './server-host.ts';
import { resourceOf, symbolCount, type VirtualResource } from './virtual-resource.ts';

/** As many servers stand in a link. */
const KNOWN_SERVERS = 8;
/** Part of the clients that leave half way, and for how long on average, ms. */
const LEAVERS = 0.1;
const AWAY = 10_000;
/** Part of the clients that serve on, and for how long on average, ms. */
const SEEDERS = 0.5;
const SEEDING = 30_000;
/** How long a server lives on average, and until another takes its place, ms. */
const SERVER_LIFE = 300_000;
const REPLACED_AFTER = 5000;
/** As in core/engine/serving.ts. */
const MAX_SUBSCRIPTIONS = 2048;
/** Headers of a droplet on the wire, IP and UDP too, bytes. */
const HEADERS = 32 + 28;
const SAMPLE_EVERY = 1000;

interface Server {
  readonly home: Home;
  readonly address: string;
  readonly access: Access;
  readonly since: number;
}

export class Crowd {
  readonly network: Network;
  readonly #options: CrowdOptions;
  readonly #random: Random;
  readonly #resource: VirtualResource;
  readonly #access = new Map<string, Access>();
  readonly #traffic: Traffic = {
    rain: 0,
    rainBytes: 0,
    asked: 0,
    askedBytes: 0,
    answered: 0,
    answeredBytes: 0,
  };
  readonly #servers = new Set<Server>();
  /** What links name: servers as they were, so that some are gone. */
  readonly #listed: string[] = [];
  readonly #stations: Station[] = [];
  readonly #visits: Visit[] = [];
  readonly #present = new Map<Visit, Home>();
  #addresses = 0;
  #finished = 0;
  #seeds = 0;
  #left = 0;
  #died = 0;
  #mostClients = 0;
  #mostSubscriptions = 0;

  constructor(options: CrowdOptions) {
    this.#options = options;
    this.#random = seeded(options.seed);
    this.#resource = resourceOf('5ca1e5ca1e5ca1e5', options.symbols);
    this.network = new Network(this.#random);
    this.network.timerJitter = 2;
    this.network.route = (from, to) => {
      const up = this.#access.get(from)?.up;
      const down = this.#access.get(to)?.down;
      return up === undefined ? [] : down === undefined ? [up] : [up, down];
    };
  }

  /** Clients that have come, that are done, and that are there now. */
  get progress(): { readonly came: number; readonly finished: number; readonly present: number } {
    return { came: this.#visits.length, finished: this.#finished, present: this.#present.size };
  }

  /** Runs until all clients are done, or it takes too long. */
  run(): CrowdOutcome {
    const { clients, servers, arrivals, patience } = this.#options;
    for (let i = 0; i < servers; i++) this.#startServer(i);
    for (let i = 0; i < clients; i++) {
      // Arrivals of a Poisson process of which the number is known are uniform.
      this.network.at(unit(this.#random) * arrivals, () => this.#arrive());
    }
    this.#sample();
    this.network.run(arrivals + patience, () => this.#finished === clients);
    return this.#outcome();
  }

  #startServer(slot: number): void {
    const { now } = this.network;
    const address = this.#newAddress();
    const home = new Home(this.#traffic);
    home.server = this.#newServerHost();
    const server = { home, address, access: this.#settle(address, home), since: now };
    this.#servers.add(server);
    this.#listed[slot] = address;
    this.network.at(now + this.#exponential(SERVER_LIFE), () => {
      this.#died++;
      this.#stations.push(this.#stationOf(server));
      this.#servers.delete(server);
      this.#leave(address);
      this.network.at(this.network.now + REPLACED_AFTER, () => this.#startServer(slot));
    });
  }

  #arrive(): void {
    const address = this.#newAddress();
    const home = new Home(this.#traffic);
    const access = this.#settle(address, home);
    const { rate, loss } = access.down.properties;
    const symbols = symbolCount(this.#resource);
    const visit: Visit = {
      began: this.network.now,
      ideal: (symbols * (this.#resource.symbolSize + HEADERS) * 1000) / (rate * (1 - loss)),
      away: 0,
      received: 0,
      asked: 0,
      idle: 0,
      waiting: '',
    };
    this.#visits.push(visit);
    const leaves = unit(this.#random) < LEAVERS;
    this.#fetch(visit, home, address, this.#drawServers(), leaves);
  }

  /** Starts a run of a client; `leaves`: half way. */
  #fetch(
    visit: Visit,
    home: Home,
    address: string,
    servers: readonly string[],
    leaves: boolean,
    resume?: Kept,
  ): void {
    const { now } = this.network;
    const serves = unit(this.#random) < SEEDERS;
    const client = new ClientHost(now, this.#resource, this.#random, {
      serves,
      addressOf,
      ...(resume !== undefined && { resume }),
    });
    for (const server of servers) client.add(now, server);
    home.client = client;
    this.#present.set(visit, home);
    this.#mostClients = Math.max(this.#mostClients, this.#present.size);
    const half = symbolCount(this.#resource) / 2;
    home.onProgress = () => {
      if (client.doneAt !== undefined) {
        home.onProgress = () => {
          if (!client.client.over) return;
          home.onProgress = () => undefined;
          home.client = undefined;
          visit.received += client.client.tally.received;
          if (!serves) this.#leave(address);
        };
        this.#finish(visit, client);
        if (serves) this.#seed(home, address, client);
      } else if (leaves && client.client.tally.received >= half && client.client.phase === 'data') {
        home.onProgress = () => undefined;
        const kept = client.kept();
        home.client = undefined;
        visit.received += client.client.tally.received;
        this.#left++;
        this.#present.delete(visit);
        this.network.detach(address);
        const away = this.#exponential(AWAY);
        visit.away += away;
        this.network.at(this.network.now + away, () =>
          this.#fetch(visit, home, address, servers, false, kept),
        );
      }
    };
    this.network.attach(address, home);
  }

  #finish(visit: Visit, client: ClientHost): void {
    visit.took = this.network.now - visit.began - visit.away;
    visit.asked = client.client.sessions.length;
    visit.idle = client.client.sessions.filter(({ droplets }) => droplets === 0).length;
    this.#present.delete(visit);
    this.#finished++;
  }

  #seed(home: Home, address: string, { client }: ClientHost): void {
    home.server = this.#newServerHost();
    this.#seeds++;
    this.network.at(this.network.now + this.#exponential(SEEDING), () => {
      home.lastWords.push(...client.withdrawals());
      this.network.wake(address);
      this.network.at(this.network.now + 1, () => this.#leave(address));
    });
    this.network.wake(address);
  }

  #newServerHost(): ServerHost {
    return new ServerHost([this.#resource], this.#random, {
      uploadLimit: this.#options.uploadLimit,
      maxSubscriptions: MAX_SUBSCRIPTIONS,
      peerOf,
    });
  }

  #settle(address: string, home: Home): Access {
    const access = drawAccess(this.#random);
    this.#access.set(address, access);
    this.network.attach(address, home);
    return access;
  }

  #leave(address: string): void {
    this.network.detach(address);
    this.#access.delete(address);
  }

  #drawServers(): string[] {
    const drawn = new Set<string>();
    const most = Math.min(KNOWN_SERVERS, this.#listed.length);
    while (drawn.size < most) drawn.add(this.#listed[Math.floor(unit(this.#random) * this.#listed.length)]);
    return [...drawn];
  }

  #stationOf({ home, access, since }: Server): Station {
    const seconds = (this.network.now - since) / 1000;
    const rate = Math.min(this.#options.uploadLimit, access.up.properties.rate);
    const datagram = this.#resource.symbolSize + HEADERS;
    return { poured: home.poured, used: (home.poured * datagram) / (rate * seconds) };
  }

  /** Looks now and then at what only shows at the time. */
  #sample(): void {
    for (const { home } of this.#servers) {
      const { length } = [...(home.server?.server.clients() ?? [])];
      this.#mostSubscriptions = Math.max(this.#mostSubscriptions, length);
    }
    this.network.at(this.network.now + SAMPLE_EVERY, () => this.#sample());
  }

  #outcome(): CrowdOutcome {
    for (const visit of this.#visits) if (visit.took === undefined) visit.waiting = 'away';
    for (const [visit, { client }] of this.#present) {
      visit.waiting = client?.client.waiting ?? 'away';
      visit.received += client?.client.tally.received ?? 0;
    }
    const stations = [...this.#stations, ...[...this.#servers].map((server) => this.#stationOf(server))];
    const fromServers = stations.reduce((sum, { poured }) => sum + poured, 0);
    return {
      visits: this.#visits,
      servers: stations,
      seeded: this.#traffic.rain - fromServers,
      seeds: this.#seeds,
      traffic: this.#traffic,
      mostClients: this.#mostClients,
      mostSubscriptions: this.#mostSubscriptions,
      left: this.#left,
      died: this.#died,
      duration: this.network.now,
    };
  }

  #exponential(mean: number): number {
    return -mean * Math.log(1 - unit(this.#random));
  }

  #newAddress(): string {
    const n = ++this.#addresses;
    return `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}:1980`;
  }
}

function peerOf(address: string): PeerAddress {
  const [ip, port] = address.split(':');
  return { ip: Uint8Array.from(ip.split('.'), Number), port: Number(port) };
}

function addressOf({ ip, port }: PeerAddress): string {
  return `${ip.join('.')}:${port}`;
}
