/** What a crowd went through, in few numbers. */
import type { CrowdOutcome, Visit } from '../../test/protocol/simulation/crowd-outcome.ts';
import { quantile } from '../measure.ts';

export interface Spread {
  readonly p10: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
}

export interface Figures {
  readonly clients: number;
  readonly finished: number;
  /** Why others did not: what they waited for, and how many. */
  readonly unfinished: Readonly<Record<string, number>>;
  readonly left: number;
  /** At once. */
  readonly mostClients: number;
  readonly mostSubscriptions: number;
  /** Virtual seconds. */
  readonly duration: number;
  /** Of those that finished: seconds, against the ideal of the own line, droplets received / needed - 1. */
  readonly time: Spread;
  readonly overIdeal: Spread;
  readonly overhead: Spread;
  /** Of all together. */
  readonly overheadOfAll: number;
  /** Servers and peers that a client asked, and those of them that poured nothing. */
  readonly asked: Spread;
  readonly idle: Spread;
  readonly servers: {
    readonly count: number;
    readonly died: number;
    /** Datagrams of RAIN of one. */
    readonly most: number;
    readonly median: number;
    /** Part of what it could have poured. */
    readonly used: Spread;
    /** Jain's index of `used`: 1 where all do the same part of what they can. */
    readonly jain: number;
  };
  readonly seeds: { readonly count: number; readonly part: number };
  /** Jain's index of the speeds of the clients, each against the ideal of its line. */
  readonly clientsJain: number;
  /** For each datagram of RAIN that was poured. */
  readonly askedPerRain: number;
  readonly answeredPerRain: number;
  readonly controlBytesPerRainByte: number;
}

/** `symbols`: of the resource. */
export function figuresOf(outcome: CrowdOutcome, symbols: number): Figures {
  const { visits, servers, traffic } = outcome;
  const done = visits.flatMap((visit) => (visit.took === undefined ? [] : [{ ...visit, took: visit.took }]));
  const overIdeal = done.map(({ took, ideal }) => took / ideal);
  const poured = servers.map((server) => server.poured);
  const used = servers.map((server) => server.used);
  const received = done.reduce((sum, visit) => sum + visit.received, 0);
  return {
    clients: visits.length,
    finished: done.length,
    unfinished: reasonsOf(visits),
    left: outcome.left,
    mostClients: outcome.mostClients,
    mostSubscriptions: outcome.mostSubscriptions,
    duration: outcome.duration / 1000,
    time: spread(done.map(({ took }) => took / 1000)),
    overIdeal: spread(overIdeal),
    overhead: spread(done.map((visit) => visit.received / symbols - 1)),
    overheadOfAll: received / (symbols * done.length) - 1,
    asked: spread(done.map(({ asked }) => asked)),
    idle: spread(done.map(({ idle }) => idle)),
    servers: {
      count: servers.length,
      died: outcome.died,
      most: Math.max(...poured),
      median: quantile(poured, 0.5),
      used: spread(used),
      jain: jain(used),
    },
    seeds: { count: outcome.seeds, part: outcome.seeded / traffic.rain },
    clientsJain: jain(overIdeal.map((times) => 1 / times)),
    askedPerRain: traffic.asked / traffic.rain,
    answeredPerRain: traffic.answered / traffic.rain,
    controlBytesPerRainByte: (traffic.askedBytes + traffic.answeredBytes) / traffic.rainBytes,
  };
}

function reasonsOf(visits: readonly Visit[]): Record<string, number> {
  const reasons: Record<string, number> = {};
  for (const { took, waiting } of visits) {
    if (took === undefined) reasons[waiting] = (reasons[waiting] ?? 0) + 1;
  }
  return reasons;
}

function spread(values: readonly number[]): Spread {
  const at = (share: number): number => quantile(values, share);
  return { p10: at(0.1), p50: at(0.5), p90: at(0.9), p99: at(0.99) };
}

/** Jain, Chiu and Hawe, 1984: 1 where all are the same, 1/n where one has it all. */
function jain(values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  const squares = values.reduce((total, value) => total + value * value, 0);
  return (sum * sum) / (values.length * squares);
}
