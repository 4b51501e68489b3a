/** What is measured: on which links, of how many bytes, and what may be the most. */
import type { Link } from './link-process.ts';

const MIB = 2 ** 20;

export interface Case {
  readonly name: string;
  /** One a server; undefined: nothing between it and the client but the kernel. */
  readonly links: readonly (Link | undefined)[];
  readonly bytes: number;
  /** Most that the time may be, against what the links need for the content alone. */
  readonly target?: number;
  /** The first server is killed when half of the content can have come. */
  readonly kill?: boolean;
  /** Other programs are measured, too; on links with loss most of them would take minutes. */
  readonly peers?: boolean;
  /** Server and client speak over the loopback, whose datagrams hold many symbols. */
  readonly loopback?: boolean;
  /** False: Rain does without its native part. */
  readonly accelerator?: boolean;
}

const alike = (count: number, link: Link): Link[] => Array.from({ length: count }, () => link);

const HOME: Link = { rate: 20, delay: 10 };

const UNEQUAL: readonly Link[] = [
  { rate: 50, delay: 5 },
  { rate: 20, delay: 20 },
  { rate: 5, delay: 80 },
  { rate: 1, delay: 150 },
];

export const CASES: readonly Case[] = [
  ...[1, 2, 4, 8].map((count) => ({
    name: `${count} x 20 Mbit/s, 10 ms; 64 MiB a server`,
    links: alike(count, HOME),
    bytes: 64 * MIB * count,
    target: 1.08,
  })),
  {
    name: '4 x 20 Mbit/s, 10 ms; 64 MiB in all',
    links: alike(4, HOME),
    bytes: 64 * MIB,
    target: 1.1,
    peers: true,
  },
  ...[1, 5, 10, 20].map((loss) => ({
    name: `4 x 20 Mbit/s, 25 ms, ${loss} % lost; 128 MiB`,
    links: alike(4, { rate: 20, delay: 25, loss }),
    bytes: 128 * MIB,
    target: 1.09 / (1 - loss / 100),
  })),
  {
    name: '50 + 20 + 5 + 1 Mbit/s, 5 to 150 ms; 128 MiB',
    links: UNEQUAL,
    bytes: 128 * MIB,
    target: 1.1,
  },
  {
    name: '4 x 20 Mbit/s, 10 ms, one dies half way; 64 MiB',
    links: alike(4, HOME),
    bytes: 64 * MIB,
    kill: true,
  },
  {
    name: '4 x 20 Mbit/s, 25 ms, 5 % late by up to 20 ms; 128 MiB',
    links: alike(4, { rate: 20, delay: 25, late: 5, lateness: 20 }),
    bytes: 128 * MIB,
    target: 1.15,
  },
  {
    name: '4 x 20 Mbit/s, 25 ms, 2 % lost, 20 in a row; 128 MiB',
    links: alike(4, { rate: 20, delay: 25, loss: 2, burst: 20 }),
    bytes: 128 * MIB,
    target: 1.15,
  },
  {
    name: '4 x 20 Mbit/s, 25 ms, queues of 1 s; 128 MiB',
    links: alike(4, { rate: 20, delay: 25, queue: 1000 }),
    bytes: 128 * MIB,
    target: 1.15,
  },
  ...[true, false].flatMap((accelerator) => [
    {
      name: `raw: veth, one symbol a datagram${accelerator ? '' : ', no accelerator'}; 2 GiB`,
      links: [undefined],
      bytes: 2048 * MIB,
      peers: accelerator,
      accelerator,
    },
    {
      name: `raw: loopback, the largest datagrams${accelerator ? '' : ', no accelerator'}; 2 GiB`,
      links: [undefined],
      bytes: 2048 * MIB,
      loopback: true,
      peers: accelerator,
      accelerator,
    },
  ]),
];

/** Seconds that the links need for the content alone, without headers; undefined: nothing limits them. */
export function idealOf({ links, bytes, kill = false }: Case): number | undefined {
  const rates = links.map((link) => ((link?.rate ?? 0) * 1e6) / 8);
  const all = rates.reduce((sum, rate) => sum + rate, 0);
  if (all === 0) return undefined;
  return kill ? bytes / 2 / all + bytes / 2 / (all - rates[0]) : bytes / all;
}

/** Seconds after the start at which a server is to die. */
export function deathOf({ links, bytes }: Case): number {
  const all = links.reduce((sum, link) => sum + ((link?.rate ?? 0) * 1e6) / 8, 0);
  return bytes / 2 / all;
}
