/** Random swarms from a seed, told in words when one of them fails. */
import { type Random, seeded, unit } from '../../../core/protocol/random.ts';
import { readControl, writeControl } from '../../../core/wire/control.ts';
import { TYPE_HELLO, TYPE_SORRY, TYPE_SUBSCRIBE } from '../../../core/wire/datagram.ts';
import type { Host, LinkProperties } from './network.ts';
import { megabits, Swarm } from './swarm.ts';
import { resourceOf } from './virtual-resource.ts';

/** What becomes of a server: it goes at `at`, and comes back, with its memory or without, `back` later, or never. */
interface Fate {
  readonly at: number;
  readonly back: number;
  readonly forgets: boolean;
}

interface ServerScenario {
  readonly address: string;
  /** `late`: gets the resource some time after the start. */
  readonly kind: 'steady' | 'shaky' | 'late' | 'dead' | 'without' | 'confused';
  readonly link: LinkProperties;
  readonly fates: readonly Fate[];
}

export interface Scenario {
  readonly seed: number;
  readonly symbols: number;
  readonly blockSymbols: number;
  readonly symbolSize: number;
  readonly window: number;
  readonly slots: number;
  readonly access: Partial<LinkProperties> | undefined;
  readonly timerJitter: number;
  readonly servers: readonly ServerScenario[];
  /** When the client's process ends, and for how long, ms. */
  readonly stops: readonly { readonly at: number; readonly for: number }[];
}

export function scenarioOf(seed: number): Scenario {
  const random = seeded(seed ^ 0x5eed);
  const blockSymbols = pick(random, [4, 16, 64, 64, 256]);
  // Many small blocks make for a manifest of more blocks than may be open at once.
  const blocks = 1 + below(random, blockSymbols === 4 ? 120 : 10);
  const count = 1 + below(random, pick(random, [1, 4, 16]));
  const servers = Array.from({ length: count }, (_, i) => serverOf(random, i));
  const window = pick(random, [2, 4, 24]);
  return {
    seed,
    symbols: Math.max(1, blockSymbols * blocks - below(random, blockSymbols)),
    blockSymbols,
    symbolSize: pick(random, [64, 256, 1152]),
    window,
    slots: window + below(random, 2),
    access: unit(random) < 0.3 ? { rate: megabits(2 + 20 * unit(random)), queue: 50_000 } : undefined,
    timerJitter: pick(random, [0, 2]),
    servers,
    stops: unit(random) < 0.3 ? [{ at: 50 + 1500 * unit(random), for: pick(random, [1, 3000]) }] : [],
  };
}

/** True when a server stays, or comes back, that has the resource. */
export function canFinish(scenario: Scenario): boolean {
  return scenario.servers.some(
    ({ kind, fates }) =>
      kind === 'steady' ||
      kind === 'late' ||
      (kind === 'shaky' && fates.every(({ back }) => Number.isFinite(back))),
  );
}

function serverOf(random: Random, index: number): ServerScenario {
  const kind = pick(random, [
    'steady',
    'steady',
    'steady',
    'shaky',
    'shaky',
    'late',
    'dead',
    'without',
    'confused',
  ] as const);
  const rate = megabits(0.5 * 2 ** (7 * unit(random)));
  const fates: Fate[] = [];
  if (kind === 'shaky') {
    for (let at = 3000 * unit(random), i = below(random, 3); i >= 0; i--) {
      const back = unit(random) < 0.3 ? Number.POSITIVE_INFINITY : 2000 * unit(random);
      fates.push({ at, back, forgets: unit(random) < 0.5 });
      at += back + 2000 * unit(random);
    }
  }
  return {
    address: `10.0.0.${index}:1980`,
    kind,
    fates,
    link: {
      rate,
      delay: 150 * unit(random) ** 2,
      loss: pick(random, [0, 0, 0.01, 0.05, 0.2, 0.4]),
      burstLoss: 0,
      burstLength: 20,
      queue: Math.max(20_000, rate * 0.3 * unit(random)),
      reordered: pick(random, [0, 0, 0.05, 0.5]),
      reorderedBy: 40 * unit(random),
      duplicated: pick(random, [0, 0, 0.05]),
    },
  };
}

/** Sets the scenario up, with all that is going to happen in it. */
export function stage(scenario: Scenario): Swarm {
  const { seed, symbols, blockSymbols, symbolSize, window, slots, access, timerJitter } = scenario;
  const resource = resourceOf('00c0ffee00c0ffee', symbols, { blockSymbols, symbolSize });
  const swarm = new Swarm(seed, resource, {
    window,
    slots,
    timerJitter,
    ...(access === undefined ? {} : { access }),
  });
  for (const server of scenario.servers) enter(swarm, server);
  for (const { at, for: pause } of scenario.stops) {
    swarm.network.at(at, () => {
      if (swarm.client.doneAt === undefined) swarm.stopClient();
    });
    swarm.network.at(at + pause, () => {
      if (swarm.client.doneAt === undefined) swarm.resumeClient();
    });
  }
  return swarm;
}

function enter(swarm: Swarm, { address, kind, link, fates }: ServerScenario): void {
  const { network } = swarm;
  swarm.connect(address, link);
  if (kind === 'dead') return;
  if (kind === 'confused') {
    swarm.attach(address, new ConfusedHost(swarm.random));
    return;
  }
  let server = swarm.start(address, {}, kind === 'without' || kind === 'late' ? [] : [swarm.resource]);
  if (kind === 'late') network.at(1500, () => swarm.start(address));
  for (const { at, back, forgets } of fates) {
    network.at(at, () => swarm.vanish(address));
    if (!Number.isFinite(back)) return;
    network.at(at + back, () => {
      if (forgets) server = swarm.start(address);
      else network.attach(address, server);
    });
  }
}

/** Answers for another resource, with other tokens, and with noise. */
class ConfusedHost implements Host {
  readonly #random: Random;
  readonly #answers: { to: string; bytes: Uint8Array }[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  receive(_now: number, from: string, bytes: Uint8Array): void {
    const datagram = readControl(bytes);
    if (typeof datagram === 'string' || datagram.type !== TYPE_SUBSCRIBE) return;
    const { token } = datagram;
    const cookie = new Uint8Array(16).fill(this.#random.u32());
    const noise = Uint8Array.from({ length: 200 }, () => this.#random.u32());
    noise.set([0xa7, 0x12, 1, 0]);
    const other = { high: this.#random.u32(), low: this.#random.u32() };
    const answers = [
      writeControl({
        type: TYPE_SORRY,
        reason: 'absent',
        token,
        resource: 'dead00000000beef',
        retryAfter: 9,
      }),
      writeControl({ type: TYPE_HELLO, kind: 'challenge', token: other, cookie }),
      writeControl({ type: TYPE_HELLO, kind: 'challenge', token, cookie }),
      noise,
    ];
    for (const answer of answers) this.#answers.push({ to: from, bytes: answer });
  }

  pump(_now: number, send: (to: string, bytes: Uint8Array) => void): number {
    for (const { to, bytes } of this.#answers.splice(0)) send(to, bytes);
    return Number.POSITIVE_INFINITY;
  }
}

function below(random: Random, n: number): number {
  return random.u32() % n;
}

function pick<T>(random: Random, choices: readonly T[]): T {
  return choices[below(random, choices.length)];
}
