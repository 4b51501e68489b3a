/** What is asked of a crowd, and what became of it. */
import type { Traffic } from './home.ts';

export interface CrowdOptions {
  readonly clients: number;
  readonly servers: number;
  readonly seed: number;
  /** Of the resource. */
  readonly symbols: number;
  /** Over which clients come, and after the last of them until all have to be done, virtual ms. */
  readonly arrivals: number;
  readonly patience: number;
  /** Of every server and of every client that serves on, bytes per second. */
  readonly uploadLimit: number;
}

/** One client, from its first question to its last. */
export interface Visit {
  /** ms. */
  readonly began: number;
  /** In which its down link could carry the content, ms. */
  readonly ideal: number;
  /** Time of absence, ms. */
  away: number;
  /** Without absence; undefined: it did not finish. */
  took?: number;
  /** Droplets that it received, in all runs. */
  received: number;
  /** Servers and peers that it asked, in its last run; and how many of them poured nothing. */
  asked: number;
  idle: number;
  /** What it waits for if it did not finish. */
  waiting: string;
}

export interface Station {
  /** Datagrams of RAIN. */
  readonly poured: number;
  /** Against what its upload limit, or its line, would have let it pour while it was there, 0..1. */
  readonly used: number;
}

export interface CrowdOutcome {
  readonly visits: readonly Visit[];
  readonly servers: readonly Station[];
  /** Datagrams of RAIN that clients poured that served on, and how many of them did. */
  readonly seeded: number;
  readonly seeds: number;
  readonly traffic: Traffic;
  readonly mostClients: number;
  readonly mostSubscriptions: number;
  readonly left: number;
  readonly died: number;
  /** Virtual ms. */
  readonly duration: number;
}
