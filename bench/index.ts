/**
 * `npm run bench -- <name> [--json]`: measures one thing and prints what it found, as text or as JSON.
 */
import { parseArgs } from 'node:util';

/** A benchmark prints its report, text or JSON, to standard output. */
export type Bench = (options: {
  readonly json: boolean;
  /** Of the laboratory: which cases, and how often each. */
  readonly only?: string;
  readonly repeat?: number;
  /** Of the crowd. */
  readonly clients?: number;
  readonly servers?: number;
  readonly seed?: number;
  /** Virtual seconds. */
  readonly arrivals?: number;
}) => Promise<void>;

const BENCHES: ReadonlyMap<string, { readonly about: string; readonly load: () => Promise<Bench> }> = new Map(
  [
    [
      'code',
      {
        about: 'encoding, decoding and overhead of the fountain code, against npm packages that do the same',
        load: async () => (await import('./code.ts')).benchCode,
      },
    ],
    [
      'swarm',
      {
        about: 'overhead and time of whole transfers on a virtual network, in virtual time',
        load: async () => (await import('./swarm.ts')).benchSwarm,
      },
    ],
    [
      'scale',
      {
        about:
          '10,000 clients and 500 servers on a virtual network, for many minutes; --clients N, --servers N, --seed S, --arrivals SECONDS',
        load: async () => (await import('./scale.ts')).benchScale,
      },
    ],
    [
      'choices',
      {
        about: 'what docs/decisions compares: hashes, commits, messages between threads',
        load: async () => (await import('./choices.ts')).benchChoices,
      },
    ],
    [
      'app',
      {
        about: 'the desktop app: start, memory, how free it stays at full speed, frames of a long list',
        load: async () => (await import('./app.ts')).benchApp,
      },
    ],
    [
      'murky',
      {
        about: 'the store: puts and gets a second, propagation, reads of the disk, catching up',
        load: async () => (await import('./murky.ts')).benchMurky,
      },
    ],
    [
      'lab',
      {
        about:
          'time of `rain get` on real kernels, against that of other programs, and what it leaves to them; root only. --only TEXT, --repeat N',
        load: async () => (await import('./lab.ts')).benchLab,
      },
    ],
    [
      'clients',
      {
        about: 'what a server reads, encodes and computes for 1, 4, 16 and 64 clients at once',
        load: async () => (await import('./clients.ts')).benchClients,
      },
    ],
    [
      'idle',
      {
        about: 'what 500 clients that order nothing cost a server',
        load: async () => (await import('./idle.ts')).benchIdle,
      },
    ],
    [
      'many-files',
      {
        about: 'memory of sharing and of fetching a folder of 100,000 small files',
        load: async () => (await import('./many-files.ts')).benchManyFiles,
      },
    ],
    [
      'many-shares',
      {
        about: 'start and memory with 10,000 shares, and with 1,000 paused transfers',
        load: async () => (await import('./many-shares.ts')).benchManyShares,
      },
    ],
    [
      'memory',
      {
        about:
          'memory of sharing and of fetching a sparse file of 16 GiB, from 1 and 8 servers; --only GIB for less',
        load: async () => (await import('./memory.ts')).benchMemory,
      },
    ],
  ],
);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
    repeat: { type: 'string' },
    clients: { type: 'string' },
    servers: { type: 'string' },
    seed: { type: 'string' },
    arrivals: { type: 'string' },
  },
});
const bench = BENCHES.get(positionals.join(' '));
if (bench) {
  const run = await bench.load();
  const { json, only, repeat, clients, servers, seed, arrivals } = values;
  await run({
    json,
    ...(only !== undefined && { only }),
    ...(repeat !== undefined && { repeat: Number(repeat) }),
    ...(clients !== undefined && { clients: Number(clients) }),
    ...(servers !== undefined && { servers: Number(servers) }),
    ...(seed !== undefined && { seed: Number(seed) }),
    ...(arrivals !== undefined && { arrivals: Number(arrivals) }),
  });
} else {
  const lines = [...BENCHES].map(([name, { about }]) => `  ${name}  ${about}`);
  console.error(`npm run bench -- <name> [--json]\n\n${lines.join('\n')}`);
  process.exitCode = 2;
}
