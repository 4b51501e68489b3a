/** Two servers have a file, and one of them does whatever it likes: how long that takes, against the other alone. */
import { seeded, unit } from '../../../core/protocol/random.ts';
import type { PeerAddress } from '../../../core/wire/datagram.ts';
import { GrammarLiar, type LiarHome } from './grammar-liar.ts';
import type { LinkProperties } from './network.ts';
import { Swarm } from './swarm.ts';
import { resourceOf } from './virtual-resource.ts';

const HONEST = '10.0.0.1:1980';
const LIAR = '10.0.0.2:1980';
/** Hosts like the liar that it may tell of. */
const SIBLINGS = 8;
/** As a multiple of what the honest server takes alone, when it counts as stuck. */
const LONGEST = 10;
/** What both may take: so many times what the honest server takes alone, and of a small file this more, ms. */
const MOST = 2;
const MORE_OF_SMALL = 500;

export interface Ordeal {
  readonly seed: number;
  /** Until the file is complete, ms: with the honest server alone, and with both. */
  readonly alone: number;
  readonly both: number;
  /** What it may be. */
  readonly most: number;
  readonly complete: boolean;
  readonly banned: readonly string[];
  readonly isHonestBanned: boolean;
}

/** `isSmall`: a file that takes a second or so, of which the start and the end are a large part. */
export function ordealOf(seed: number, isSmall = false): Ordeal {
  const alone = stage(seed, false, isSmall);
  alone.run(600_000);
  const both = stage(seed, true, isSmall);
  const least = alone.client.doneAt ?? Number.NaN;
  both.run(LONGEST * least);
  const { doneAt, complete, banned } = both.client;
  return {
    seed,
    alone: least,
    both: doneAt ?? Number.POSITIVE_INFINITY,
    most: MOST * least + (isSmall ? MORE_OF_SMALL : 0),
    complete,
    banned,
    isHonestBanned: banned.includes(HONEST),
  };
}

/** The links and the file are the same with the liar and without. */
export function stage(seed: number, withLiar: boolean, isSmall: boolean): Swarm {
  const draw = seeded(seed ^ 0x11a5);
  const blockSymbols = [32, 64, 256][draw.u32() % 3];
  const symbols = isSmall ? 60 + (draw.u32() % 300) : 1200 + (draw.u32() % 800);
  const rate = 300 * (256 + 60) * (0.6 + unit(draw));
  const link = {
    rate,
    delay: 10 + 60 * unit(draw),
    loss: [0, 0, 0.01, 0.05][draw.u32() % 4],
    queue: rate / 5,
  };
  const strange: Partial<LinkProperties> = {
    rate: rate * 2 ** (6 * unit(draw) - 2),
    delay: 5 + 150 * unit(draw) ** 2,
    loss: link.loss,
    queue: 50_000,
  };
  const isFirst = draw.u32() % 2 === 0;
  const resource = resourceOf('11a511a511a511a5', symbols, { blockSymbols, symbolSize: 256 });
  const swarm = new Swarm(seed, resource, {
    window: 6,
    slots: 7,
    decodeTime: draw.u32() % 2 === 0 ? 1 : 20,
    addressOf: ({ ip, port }) => `${ip.join('.')}:${port}`,
  });
  const enter = (): void => {
    if (!withLiar) return;
    swarm.connect(LIAR, strange);
    release(swarm, seed);
  };
  if (isFirst) enter();
  swarm.connect(HONEST, link);
  swarm.start(HONEST);
  if (!isFirst) enter();
  return swarm;
}

function release(swarm: Swarm, seed: number): void {
  const random = seeded(seed ^ 0xbad5eed);
  let told = 0;
  const home: LiarHome = {
    random,
    resource: swarm.resource,
    sibling: () => {
      const number = told++ % SIBLINGS;
      const peer: PeerAddress = { ip: Uint8Array.of(10, 67, 0, number), port: 1980 };
      const address = `${peer.ip.join('.')}:1980`;
      if (told <= SIBLINGS) swarm.attach(address, new GrammarLiar(home));
      return peer;
    },
  };
  swarm.attach(LIAR, new GrammarLiar(home));
}
