// @module-tag real-time
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { whyNoNamespaces } from '../discovery/namespaces.ts';

const FLOOD = fileURLToPath(new URL('flood.ts', import.meta.url));

const why = whyNoNamespaces();
if (why !== undefined) console.warn(`NOT TESTED: sending to a slow link (${why})`);

/** A namespace whose loopback is slow, and a run of FLOOD in it. */
function lonely(accelerator: string) {
  const name = `rain-${process.pid}-slow`;
  const env = { ...process.env, RAIN_ACCELERATOR: accelerator };
  const inside = (...command: string[]): string =>
    execFileSync('ip', ['netns', 'exec', name, ...command], { encoding: 'utf8', timeout: 20_000, env });
  execFileSync('ip', ['netns', 'add', name]);
  onTestFinished(() => void execFileSync('ip', ['netns', 'del', name]));
  inside('ip', 'link', 'set', 'lo', 'up');
  inside(...'tc qdisc add dev lo root tbf rate 80mbit burst 64kb limit 100mb'.split(' '));
  return { inside, flood: (): unknown => JSON.parse(inside(process.execPath, FLOOD)) };
}

describe.skipIf(why !== undefined).for(['on', 'off'])('accelerator %s', (accelerator) => {
  test('what waits for a slow link goes out as it was', () => {
    const { flood } = lonely(accelerator);
    expect(flood()).toEqual({ missing: [], waited: true });
  });

  test('datagrams longer than the device takes go out all the same', () => {
    const { inside, flood } = lonely(accelerator);
    inside(...'ip link set lo mtu 1000'.split(' '));
    expect(flood()).toMatchObject({ missing: [] });
  });
});
