/** docs/wire.md and the code say the same: every record and every table in it is read from there. */
import { expect, test } from 'vitest';
import { blake3 } from '../../core/content/blake3.ts';
import { type Contents, encodeContents } from '../../core/content/contents.ts';
import type { Listing } from '../../core/content/listing.ts';
import { encodeManifest, identify, parseManifest } from '../../core/content/manifest.ts';
import { sealBlock } from '../../core/content/seal.ts';
import { readControl, writeControl } from '../../core/wire/control.ts';
import { RAIN_HEADER } from '../../core/wire/datagram.ts';
import { formatLink, type Link } from '../../core/wire/link.ts';
import { parseLink } from '../../core/wire/link-text.ts';
import { emptyRainHeader, readRain, writeRain } from '../../core/wire/rain.ts';
import { fenced, fieldTable, fromHex, goldenRecord, goldenValues, toHex } from './documented.ts';
import { CONTROL_NAMES, goldenControl, goldenRain } from './golden.ts';

test.each(CONTROL_NAMES)('%s is written as documented', (name) => {
  const { datagram, bytes } = goldenControl(name);
  expect(toHex(writeControl(datagram))).toBe(toHex(bytes));
});

test.each(CONTROL_NAMES)('%s is read as documented', (name) => {
  const { datagram, bytes } = goldenControl(name);
  expect(readControl(bytes)).toEqual(datagram);
});

test('RAIN is written as documented', () => {
  const { header, bytes } = goldenRain();
  const written = new Uint8Array(bytes);
  written.fill(0, 0, RAIN_HEADER);
  writeRain(written, header);
  expect(toHex(written)).toBe(toHex(bytes));
});

test('RAIN is read as documented', () => {
  const { header, bytes } = goldenRain();
  const read = emptyRainHeader();
  expect(readRain(bytes, read)).toBeUndefined();
  expect(read).toEqual(header);
});

test.each([...CONTROL_NAMES, 'RAIN'])('the table of %s has no gap and ends where its record ends', (name) => {
  const { bytes } = goldenRecord(name);
  let end = 0;
  for (const { at, size, field } of fieldTable(name)) {
    // From the first field of variable length on, the record below the table is the example.
    if (!/^\d+$/.test(size)) {
      expect(Number(at), field).toBe(end);
      return;
    }
    expect(Number(at), field).toBe(end);
    end += Number(size);
  }
  expect(bytes.length).toBe(end);
});

test('the link is written and read as documented', () => {
  const { key, digest, ...rest } = goldenValues('LINK') as Record<string, never>;
  const link: Link = { ...(rest as unknown as Link), key: fromHex(key), digest: fromHex(digest) };
  const text = fenced('text', 'LINK').trim();
  expect(formatLink(link)).toBe(text);
  expect(parseLink(text)).toEqual(link);
});

test('a private folder is sealed, listed and named as documented', () => {
  const values = goldenValues('MANIFEST') as Record<'key' | 'content' | 'block' | 'id', string>;
  const { listing } = goldenValues('MANIFEST') as { listing: Listing };
  const key = fromHex(values.key);
  const block = fromHex(values.content);
  const length = block.length;
  sealBlock(key, 0, block);
  expect(toHex(block)).toBe(values.block);

  const hashes = blake3.hash(block);
  const bytes = encodeManifest({ symbolSize: 1152, symbolsPerBlock: 1024, length, hashes, listing }, key);
  expect(toHex(bytes)).toBe(toHex(goldenRecord('MANIFEST').bytes));
  expect(identify(bytes).id).toBe(values.id);
  expect(parseManifest(bytes, { id: values.id, key })).toMatchObject({ access: 'private', length, listing });
});

test.each(['MANIFEST-2', 'MANIFEST-2-PUBLIC'])('%s is written and read as documented', (name) => {
  const {
    key: secret,
    content,
    id,
    ...contents
  } = goldenValues(name) as unknown as Contents &
    Record<'content' | 'id', string> & { readonly key?: string };
  const key = secret === undefined ? undefined : fromHex(secret);
  const block = fromHex(content);
  const length = block.length;
  if (key !== undefined) sealBlock(key, 0, block);
  const body = { symbolSize: 1152, symbolsPerBlock: 1024, length, hashes: blake3.hash(block) };
  const bytes = encodeManifest({ ...body, ...contents }, key);
  expect(toHex(bytes)).toBe(toHex(goldenRecord(name).bytes));
  expect(identify(bytes).id).toBe(id);
  expect(parseManifest(bytes, { id, key })).toMatchObject(contents);
  if (key !== undefined) {
    const clear = encodeContents(contents);
    expect(toHex(clear ?? new Uint8Array(0))).toBe(toHex(fromHex(fenced('hex', 'CONTENTS-2'))));
  }
});
