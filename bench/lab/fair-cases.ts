/** What Rain leaves to others on a link, how it follows one that changes, and how long it lets others wait. */
import type { Bottleneck, Flow } from './bottleneck.ts';
import type { Link } from './link-process.ts';
import { jain, longestWait, sharesOf, silentAfter, steadyAfter } from './readings.ts';

export interface FairCase {
  readonly name: string;
  readonly link: Link;
  readonly aim: string;
  measure(bottleneck: Bottleneck): Promise<Finding>;
}

export interface Finding {
  readonly measured: string;
  /** It is as the aim has it. */
  readonly met: boolean;
}

const LINK: Link = { rate: 50, delay: 20, queue: 100 };
const SLOW: Link = { ...LINK, rate: 5 };

/** s: one is there before the other, then they find their parts, then these are measured. */
const AHEAD = 2;
const FINDING = 5;
const TOGETHER = 60;
/** s: a transfer is alone, then something happens to it, then that is watched. */
const ALONE = 8;
const AFTERWARDS = 15;
/** More than this part of a link is too much to be sent over it for a second. */
const TOO_MUCH = 1.1;

export const FAIR_CASES: readonly FairCase[] = [
  {
    name: 'fair: a transfer beside a TCP',
    link: LINK,
    aim: '30 to 70 % each',
    measure: async (bottleneck) => {
      const tcp = await bottleneck.download();
      const rain = await bottleneck.transfer(1);
      const parts = await partsOf(bottleneck, rain, tcp);
      return { measured: asRivals(parts), met: parts.every((part) => part >= 0.3 && part <= 0.7) };
    },
  },
  besideTcp('eight servers beside a TCP that was there before', 0.25, async (bottleneck) => {
    const tcp = await bottleneck.download();
    await bottleneck.watch(AHEAD);
    return { tcp, rain: await bottleneck.transfer(8) };
  }),
  besideTcp('eight servers beside a TCP that comes later', 0.25, async (bottleneck) => {
    const rain = await bottleneck.transfer(8);
    await bottleneck.watch(AHEAD);
    return { rain, tcp: await bottleneck.download() };
  }),
  besideTcp('a transfer in the background beside a TCP', 0.9, async (bottleneck) => ({
    tcp: await bottleneck.download(),
    rain: await bottleneck.transfer(1, '--background'),
  })),
  {
    name: 'fair: two transfers',
    link: LINK,
    aim: "Jain's index 0.95 or more",
    measure: async (bottleneck) => {
      const parts = await partsOf(bottleneck, await bottleneck.transfer(1), await bottleneck.transfer(1));
      const index = jain(parts);
      return { measured: `${parts.map(percent).join(' and ')}: ${index.toFixed(3)}`, met: index >= 0.95 };
    },
  },
  {
    name: 'fair: from 50 to 5 Mbit/s',
    link: LINK,
    aim: 'sends less within 2 s',
    measure: async (bottleneck) => {
      const rain = await bottleneck.transfer(1);
      await bottleneck.watch(ALONE);
      await bottleneck.changeRate(SLOW.rate);
      const readings = await bottleneck.watch(AFTERWARDS);
      const seconds = steadyAfter(readings, rain, TOO_MUCH * SLOW.rate);
      const wait = longestWait(readings);
      return { measured: `${seconds.toFixed(1)} s; waits up to ${wait.toFixed(0)} ms`, met: seconds <= 2 };
    },
  },
  {
    name: 'fair: from 5 to 50 Mbit/s',
    link: SLOW,
    aim: '90 % used after 5 s',
    measure: async (bottleneck) => {
      const rain = await bottleneck.transfer(1);
      await bottleneck.watch(ALONE);
      await bottleneck.changeRate(LINK.rate);
      await bottleneck.watch(5);
      const [part] = sharesOf(await bottleneck.watch(AFTERWARDS), [rain], LINK.rate);
      return { measured: percent(part), met: part >= 0.9 };
    },
  },
  {
    name: 'fair: the client says nothing any more',
    link: LINK,
    aim: 'silent within 1 s',
    measure: async (bottleneck) => {
      const rain = await bottleneck.transfer(1);
      await bottleneck.watch(ALONE);
      rain.vanish();
      const seconds = silentAfter(await bottleneck.watch(AFTERWARDS), rain);
      return { measured: `${seconds.toFixed(1)} s`, met: seconds <= 1 };
    },
  },
  {
    name: 'fair: a transfer alone on a link with a queue of 1 s',
    link: { ...LINK, queue: 1000 },
    aim: 'waits under 100 ms',
    measure: async (bottleneck) => {
      const rain = await bottleneck.transfer(1);
      const readings = await bottleneck.watch(TOGETHER / 2);
      const wait = longestWait(readings);
      const [part] = sharesOf(readings, [rain], LINK.rate);
      return { measured: `up to ${wait.toFixed(0)} ms, ${percent(part)} used`, met: wait < 100 };
    },
  },
];

interface Rivals {
  readonly rain: Flow;
  readonly tcp: Flow;
}

/** `least`: part of the link that is to be left to the TCP, 0..1. */
function besideTcp(
  name: string,
  least: number,
  begin: (bottleneck: Bottleneck) => Promise<Rivals>,
): FairCase {
  return {
    name: `fair: ${name}`,
    link: LINK,
    aim: `TCP ${percent(least)} or more`,
    measure: async (bottleneck) => {
      const { rain, tcp } = await begin(bottleneck);
      const parts = await partsOf(bottleneck, rain, tcp);
      return { measured: asRivals(parts), met: parts[1] >= least };
    },
  };
}

/** Parts of the link that each of them has, 0..1, when they have had time to find them. */
async function partsOf(bottleneck: Bottleneck, ...flows: readonly Flow[]): Promise<number[]> {
  await bottleneck.watch(FINDING);
  return sharesOf(await bottleneck.watch(TOGETHER), flows, LINK.rate);
}

function asRivals([rain, tcp]: readonly number[]): string {
  return `rain ${percent(rain)}, TCP ${percent(tcp)}`;
}

function percent(part: number): string {
  return `${(part * 100).toFixed(0)} %`;
}
