// @module-tag real-time
/** Manifests that belong to their ids and say what must not be: refused before anything is made on disk. */
import { readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { encode } from 'cborg';
import { expect, test } from 'vitest';
import { blockCount } from '../../core/content/layout.ts';
import { encodeListing, type Listing } from '../../core/content/listing.ts';
import { encodeFields, type Fields } from '../../core/content/manifest-fields.ts';
import { withUnseenShown } from '../../core/plain-text.ts';
import { plant, temporaryFolder } from '../content/temporary.ts';
import { HostileServer } from './hostile-server.ts';
import { get } from './rain.ts';

interface Case {
  readonly name: string;
  readonly manifest: Uint8Array;
  readonly words: string;
}

const CASES: readonly Case[] = [
  ...[
    '../evil',
    '/etc/evil',
    'a/../../evil',
    '.',
    'a//b',
    'a\\..\\evil',
    'C:evil',
    'nul',
    'a\0b',
    'dot.',
    '\u202egpj.exe',
  ].map((path) => ({
    name: `the path ${JSON.stringify(path)}`,
    manifest: folder([file(path, 1)], 1),
    words: `the path ${JSON.stringify(path)}`,
  })),
  {
    name: 'two paths that are one on many disks',
    manifest: folder([file('A', 1), file('a', 1)], 2),
    words: 'the path "a"',
  },
  {
    name: 'a file that is also a folder',
    manifest: folder([file('a', 1), file('a/b', 1)], 2),
    words: 'the path "a/b"',
  },
  {
    name: 'the same path twice',
    manifest: folder([file('a', 1), file('a', 1)], 2),
    words: 'the path "a"',
  },
  {
    name: 'files longer than the whole',
    manifest: folder([file('a', 1), file('b', 1)], 1),
    words: 'more than the 1 bytes',
  },
  {
    name: 'files shorter than the whole',
    manifest: folder([file('a', 1)], 2),
    words: '1 bytes and not the 2',
  },
  {
    name: 'hashes for fewer blocks than there are',
    manifest: manifestOf({ length: 10 * 1152 * 1024, hashes: new Uint8Array(32) }),
    words: 'are 10 blocks',
  },
  {
    name: 'more than 1 PiB',
    manifest: manifestOf({ length: 2 ** 50 + 1, hashes: new Uint8Array(32) }),
    words: 'the length',
  },
  {
    name: 'blocks of 100,000 symbols',
    manifest: manifestOf({ symbolsPerBlock: 100_000 }),
    words: 'symbols per block',
  },
  { name: 'symbols of 63 bytes', manifest: manifestOf({ symbolSize: 63 }), words: 'the symbol size' },
  {
    name: 'a listing of a billion files in five bytes',
    manifest: manifestOf({ contents: Uint8Array.of(0x9a, 0x3b, 0x9a, 0xca, 0x00) }),
    words: 'the number of files',
  },
  { name: 'something else than a manifest', manifest: new Uint8Array(encode(['rain'])), words: 'fields' },
  { name: 'bytes behind it', manifest: Uint8Array.of(...manifestOf({}), 0), words: '' },
];

test('hostile manifests are refused with exit 4, and nothing appears on disk', {
  timeout: 120_000,
}, async () => {
  await using server = await HostileServer.open();
  const out = plant(temporaryFolder(), { 'box/out': undefined });
  const refused = async ({ manifest }: Case): Promise<unknown> => {
    const id = server.offer(manifest);
    const run = get(id, [server.address], `${out}/box/out`);
    const { code } = await run.exit;
    return { code, errors: run.heard('error'), starts: run.heard('start') };
  };
  for (let at = 0; at < CASES.length; at += 3) {
    const few = CASES.slice(at, at + 3);
    const results = await Promise.all(few.map(refused));
    for (const [i, { name, words }] of few.entries()) {
      expect(results[i], name).toMatchObject({
        code: 4,
        errors: [{ code: 'bad-manifest', message: expect.stringContaining(withUnseenShown(words)) }],
        starts: [],
      });
    }
  }
  // Neither in the target folder nor beside it.
  expect(readdirSync(dirname(out)).filter((name) => name.includes('evil'))).toEqual([]);
  expect(readdirSync(out, { recursive: true }).sort()).toEqual(['box', 'box/out']);
});

test('the same server with a good manifest is believed', async () => {
  await using server = await HostileServer.open();
  const id = server.offer(folder([file('a', 0)], 0));
  const out = temporaryFolder();
  const done = await get(id, [server.address], out).until('done');
  expect(readdirSync(done.path)).toEqual(['a']);
});

function file(path: string, length: number): Listing[number] {
  return { kind: 'file', path, length, executable: false };
}

function folder(listing: Listing, length: number): Uint8Array {
  return manifestOf({ contents: encodeListing(listing), length });
}

function manifestOf(change: Partial<Fields>): Uint8Array {
  const layout = { length: 1, symbolSize: 1152, symbolsPerBlock: 1024, ...change };
  const hashes = change.hashes ?? new Uint8Array(32 * blockCount(layout));
  return encodeFields({ version: 1, contents: undefined, mac: undefined, ...layout, hashes });
}
