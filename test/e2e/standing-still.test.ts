// @module-tag real-time
/** Processes that stand still for longer than they wait for servers, as when a machine sleeps or is paused. */
import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { sha256 } from './contents.ts';
import { get, share } from './rain.ts';
import { MB, scene } from './scene.ts';

/** Seconds without a server that a client waits, and ms that it stands still. */
const TIMEOUT = 2;
const STILL = 4000;

test.skipIf(process.platform === 'win32').each(['the client', 'both'])(
  '%s may stand still for longer than the time-out, and it goes on',
  async (who) => {
    const { file, out } = scene(12 * MB);
    const { node, shared, address } = await share(file, '--limit', '3M');
    const client = get(shared.link, [address], out, '--timeout', String(TIMEOUT));
    await client.until('progress', ({ verified }) => verified > 0);
    const pids = who === 'both' ? [client.pid, node.pid] : [client.pid];
    for (const pid of pids) process.kill(pid, 'SIGSTOP');
    // That it takes time is what it is about.
    await pause(STILL);
    for (const pid of pids) process.kill(pid, 'SIGCONT');
    const done = await client.until('done');
    expect(sha256(done.path)).toBe(sha256(file));
  },
);
