import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { whyNoNamespaces } from '../discovery/namespaces.ts';

const FLOOD = fileURLToPath(new URL('flood.ts', import.meta.url));

const why = whyNoNamespaces();
if (why !== undefined) console.warn(`NOT TESTED: sending to a slow link (${why})`);

test.skipIf(why !== undefined)('what waits for a slow link goes out as it was', () => {
  const name = `rain-${process.pid}-slow`;
  const inside = (...command: string[]): string =>
    execFileSync('ip', ['netns', 'exec', name, ...command], { encoding: 'utf8', timeout: 20_000 });
  execFileSync('ip', ['netns', 'add', name]);
  onTestFinished(() => void execFileSync('ip', ['netns', 'del', name]));
  inside('ip', 'link', 'set', 'lo', 'up');
  inside(...'tc qdisc add dev lo root tbf rate 80mbit burst 64kb limit 100mb'.split(' '));
  expect(JSON.parse(inside(process.execPath, FLOOD))).toEqual({ missing: [], waited: true });
});
