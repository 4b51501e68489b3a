/**
 * Very many clients and servers on a virtual network: `--clients`, `--servers`, `--seed`, and `--arrivals`, the seconds
 * over which they come. The protocol is the real one, datagram by datagram; what the crowd does is in
 * test/protocol/simulation/crowd.ts, and its lines in access.ts.
 */
import { Crowd } from '../test/protocol/simulation/crowd.ts';
import { megabits } from '../test/protocol/simulation/swarm.ts';
import { type Figures, figuresOf, type Spread } from './scale/figures.ts';
import { table } from './table.ts';

/** Half a mebibyte: with more of it the full size takes hours. */
const SYMBOLS = 455;
/** How long the last of them may take, virtual ms. */
const PATIENCE = 180_000;
/** Mbit/s that each server pours at most. */
const UPLOAD = 5;

export async function benchScale(options: {
  readonly json: boolean;
  readonly clients?: number;
  readonly servers?: number;
  readonly seed?: number;
  /** Over which clients come, virtual seconds. */
  readonly arrivals?: number;
}): Promise<void> {
  const { json, clients = 10_000, servers = 500, seed = 1, arrivals = 60 } = options;
  const crowd = new Crowd({
    clients,
    servers,
    seed,
    symbols: SYMBOLS,
    arrivals: arrivals * 1000,
    patience: PATIENCE,
    uploadLimit: megabits(UPLOAD),
  });
  const start = performance.now();
  const figures = figuresOf(crowd.run(), SYMBOLS);
  const seconds = (performance.now() - start) / 1000;
  console.log(
    json
      ? JSON.stringify({ seed, seconds, figures }, undefined, 2)
      : report(figures, { servers, seed, arrivals, seconds }),
  );
}

function report(
  figures: Figures,
  run: {
    readonly servers: number;
    readonly seed: number;
    readonly arrivals: number;
    readonly seconds: number;
  },
): string {
  const { servers, seed, arrivals, seconds } = run;
  const { seeds, unfinished } = figures;
  const row = (name: string, spread: Spread, text: (value: number) => string): string[] => [
    name,
    ...[spread.p10, spread.p50, spread.p90, spread.p99].map(text),
  ];
  const spreads = table(
    ['', 'p10', 'p50', 'p90', 'p99'],
    [
      row('time, s', figures.time, (value) => value.toFixed(2)),
      row('time / ideal of the own line', figures.overIdeal, (value) => value.toFixed(1)),
      row('overhead in droplets', figures.overhead, percent),
      row('servers and peers asked', figures.asked, String),
      row('of them poured nothing', figures.idle, String),
      row('upload of a server that was used', figures.servers.used, percent),
    ],
  );
  const waiting = Object.entries(unfinished).map(([reason, count]) => `${count} wait for ${reason}`);
  const totals = table(
    ['', ''],
    [
      ['finished', `${figures.finished} of ${figures.clients}`],
      ['did not', waiting.join(', ') || 'none'],
      ['left half way', `${figures.left}`],
      ['clients at once, most', `${figures.mostClients}`],
      ['subscriptions of a server at once, most', `${figures.mostSubscriptions}`],
      ['servers that died', `${figures.servers.died}`],
      ['overhead of all', percent(figures.overheadOfAll)],
      ['datagrams of a server, most', `${figures.servers.most}`],
      ['datagrams of a server, median', `${figures.servers.median}`],
      ['Jain, part of the upload used', figures.servers.jain.toFixed(3)],
      ['Jain, speeds of clients', figures.clientsJain.toFixed(3)],
      ['clients that served on', `${seeds.count}`],
      ['poured by them', percent(seeds.part)],
      ['datagrams of clients per datagram of RAIN', figures.askedPerRain.toFixed(2)],
      ['HELLO and SORRY per datagram of RAIN', figures.answeredPerRain.toFixed(3)],
      ['control, part of the bytes of RAIN', percent(figures.controlBytesPerRainByte)],
    ],
  );
  return `${figures.clients} clients and ${servers} servers, seed ${seed}: ${SYMBOLS} droplets each, upload limit ${UPLOAD} Mbit/s, arrivals over
${arrivals} s; ${figures.duration.toFixed(0)} virtual seconds, simulated in ${seconds.toFixed(0)} s.

${spreads}

${totals}`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
