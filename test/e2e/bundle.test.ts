// @module-tag real-time
/** The command line as it ships, on machines that lack native parts: each has a fallback that does the same. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleCli } from '../../tools/cli-bundle.ts';
import { noise, temporaryFolder } from '../content/temporary.ts';
import { sha256 } from './contents.ts';
import { Rain, type RainOptions } from './rain.ts';
import { scene } from './scene.ts';

const MODULES = fileURLToPath(new URL('../../node_modules', import.meta.url));
const BYTES = 3_000_000;

const bundle = mkdtempSync(join(tmpdir(), 'rain-bundle-'));
beforeAll(() => bundleCli(bundle));
afterAll(() => rmSync(bundle, { recursive: true, force: true }));

test.each(['all', 'none'] as const)(
  '%s of its native parts at hand: it shares, fetches and stores as ever',
  async (parts) => {
    const bundled = { index: install(parts) };
    // The sources have all parts.
    await Promise.all([transfer(bundled, {}), transfer({}, bundled), storeAndFetch(bundled)]);
  },
);

/** Of a private file, which takes every mode of the hash. */
async function transfer(sharing: RainOptions, fetching: RainOptions): Promise<void> {
  const { file, out } = scene(BYTES);
  const { link, port } = await start(sharing, 'share', file, '--bind', '127.0.0.1').until('shared');
  const client = start(fetching, 'get', link, '--from', `127.0.0.1:${port}`, '--out', out);
  expect(sha256((await client.until('done')).path)).toBe(sha256(file));
}

async function storeAndFetch(options: RainOptions): Promise<void> {
  const { http } = await start(options, 'node', '--http', '127.0.0.1:0').until('listening');
  const body = noise(BYTES, 2);
  expect((await fetch(`http://${http}/1`, { method: 'PUT', body })).status).toBe(200);
  const stored = await fetch(`http://${http}/1`);
  expect(Buffer.from(await stored.arrayBuffer()).equals(body)).toBe(true);
}

function start(options: RainOptions, ...args: readonly string[]): Rain {
  return new Rain([...args, '--json', '--no-lan'], options);
}

/** The bundle as npm leaves it on a machine that some parts have no binary for; returns where to start it. */
function install(parts: 'all' | 'none'): string {
  const folder = temporaryFolder();
  const cli = join(folder, 'out', 'cli');
  cpSync(bundle, cli, { recursive: true });
  if (parts === 'none') rmSync(join(cli, 'prebuilds'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');

  mkdirSync(join(folder, 'node_modules', '@napi-rs'), { recursive: true });
  for (const name of ['better-sqlite3', '@napi-rs/blake-hash']) {
    const [from, to] = [join(MODULES, name), join(folder, 'node_modules', name)];
    // What a link leads to finds the package with the binary beside it, and a copy finds nothing.
    if (parts === 'all' || name === 'better-sqlite3') symlinkSync(from, to, 'junction');
    else cpSync(from, to, { recursive: true });
  }
  const require = createRequire(join(folder, 'package.json'));
  if (parts === 'none') expect(() => require('@napi-rs/blake-hash')).toThrow('Cannot find module');
  return join(cli, 'index.js');
}
