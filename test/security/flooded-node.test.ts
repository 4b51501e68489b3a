// @module-tag real-time
/** Nodes with real sockets and threads, flooded by another process with what is forged. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { sha256 } from '../e2e/contents.ts';
import { freePort } from '../e2e/free-port.ts';
import { Nodes, reaches, shared } from '../node/open.ts';

/** Bytes a second that the server may pour: little enough to be there whatever else the machine does. */
const RATE = 1_500_000;
const BYTES = 6_000_000;
/** Forged datagrams a second, at each end. */
const FLOOD = 2000;
/** Part of what a client gets without a flood that it gets in one, at least. */
const LEAST = 0.8;

let nodes: Nodes;

beforeEach(async () => {
  nodes = await Nodes.make();
});

afterEach(() => nodes.close());

/** Only Linux has all of 127.0.0.0/8 without being asked. */
test.skipIf(process.platform !== 'linux')(
  'a client is served and nobody is blamed while forged datagrams come in at both ends',
  async () => {
    const file = join(nodes.folder, 'rain.bin');
    await writeFile(file, randomBytes(BYTES));
    const server = await nodes.open({ uploadLimit: RATE });
    const { link, id } = await shared(server, [file], true);
    const [from] = server.snapshot().addresses;

    const calm = await fetchTime(file, link, from, await freePort());
    const port = await freePort();
    const flood = startFlood(id, [from.split(':')[1], `${port}`]);
    const flooded = await fetchTime(file, link, from, port);
    const { datagrams } = await flood.end();

    expect(datagrams).toBeGreaterThan(5000);
    expect(calm / flooded, `${calm} s without a flood, ${flooded} s in it`).toBeGreaterThan(LEAST);
    expect(server.snapshot().shares[0]?.clients.length, 'clients').toBeLessThanOrEqual(1);
  },
);

/** Fetches with a node of its own at `port`; returns how long that took, s. */
async function fetchTime(file: string, link: string, from: string, port: number): Promise<number> {
  const client = await nodes.open({ port });
  const warnings: string[] = [];
  client.subscribe((event) => {
    if (event.type === 'log' && event.level === 'warn') warnings.push(event.message);
  });
  const into = await nodes.path(`out-${port}`);
  const started = performance.now();
  const { key } = await client.fetch({ link, from: [from], into, seed: false });
  const done = await reaches(client, key, ['done', 'failed']);
  const seconds = (performance.now() - started) / 1000;
  expect(done.state).toBe('done');
  expect(sha256(done.path ?? '')).toBe(sha256(file));
  expect(warnings).toEqual([]);
  return seconds;
}

function startFlood(id: string, ports: readonly string[]) {
  const program = join(import.meta.dirname, 'flooder.ts');
  const child = spawn(process.execPath, [program, `${FLOOD}`, id, ...ports], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill());
  const said = text(child.stdout);
  return {
    end: async (): Promise<{ datagrams: number }> => {
      child.stdin.end();
      await once(child, 'close');
      return JSON.parse(await said);
    },
  };
}
