/** Manifests that belong to their ids, and what is in them. */
import { posix } from 'node:path';
import { type Contents, decodeContents, encodeContents } from '../../../core/content/contents.ts';
import { decodeListing, encodeListing, type Listing } from '../../../core/content/listing.ts';
import { encodeManifest, identify, parseManifest } from '../../../core/content/manifest.ts';
import { decodeFields, encodeFields } from '../../../core/content/manifest-fields.ts';
import { must, type Target } from '../target.ts';
import { unlessRefused } from './refused.ts';

const KEY = new Uint8Array(16).fill(3);
const LISTING: Listing = [
  { kind: 'folder', path: 'a/empty' },
  { kind: 'file', path: 'a/x.txt', length: 3, executable: false },
  { kind: 'file', path: 'b', length: 7, executable: true },
];
const CONTENTS: Contents = {
  listing: [...LISTING, { kind: 'link', path: 'c', target: 'a/x.txt' }],
  times: { files: [1, 253_402_300_799], folders: [2, 3, 4] },
  leftOut: { count: 3, names: ['x:y'] },
};
const BODY = { length: 10, symbolSize: 64, symbolsPerBlock: 4, hashes: new Uint8Array(32) };

export const manifest: Target = {
  name: 'manifest',
  seeds: [
    encodeManifest({ ...BODY, listing: undefined }),
    encodeManifest({ ...BODY, listing: LISTING }),
    encodeManifest({ ...BODY, listing: LISTING }, KEY),
    encodeManifest({ ...BODY, length: 300, hashes: new Uint8Array(64), listing: undefined }),
    encodeListing(LISTING),
    encodeManifest({ ...BODY, listing: CONTENTS.listing, leftOut: { count: 1, names: [] } }),
    encodeManifest({ ...BODY, ...CONTENTS }, KEY),
    encodeContents(CONTENTS) ?? new Uint8Array(0),
  ],
  words: [
    '..',
    '/',
    '\\',
    'CON',
    'a/',
    '\u202e',
    '\0',
    'é',
    'e\u0301',
    new Uint8Array([0x1b]),
    encodeListing(LISTING),
  ],
  batch: 200,
  take: (input) => {
    const fields = refusable(() => decodeFields(input));
    if (fields !== undefined) must(Buffer.compare(encodeFields(fields), input) === 0, 'another manifest');
    const read = refusable(() => parseManifest(input, identify(input)));
    if (read?.access === 'public' && read.listing !== undefined) checkListing(read.listing, read.length);
    refusable(() => parseManifest(input, { ...identify(input), key: KEY }));
    // That of a private resource is read only behind its seal, which mutation does not get through.
    const listing = refusable(() => decodeListing(input, 10));
    if (listing !== undefined) checkListing(listing, 10);
    const contents = refusable(() => decodeContents(input, 10, 'private'));
    if (contents?.listing !== undefined) checkListing(contents.listing, 10);
  },
};

function checkListing(listing: Listing, total: number): void {
  let sum = 0;
  for (const entry of listing) {
    const parts = entry.path.split('/');
    must(!parts.some((part) => part === '' || part === '.' || part === '..'), 'a path that leads elsewhere');
    must(!/[\p{Cc}\\:]/u.test(entry.path), 'a path that means something else on some system');
    if (entry.kind === 'file') sum += entry.length;
    if (entry.kind === 'link') {
      const leadsTo = posix.normalize(posix.join(posix.dirname(entry.path), entry.target));
      must(!leadsTo.startsWith('..') && !leadsTo.startsWith('/'), 'a link that leads out');
    }
  }
  must(sum === total, 'files that are not the content');
  must(new Set(listing.map(({ path }) => path.toLowerCase())).size === listing.length, 'two that are one');
}

function refusable<T>(parse: () => T): T | undefined {
  return unlessRefused(['bad-manifest', 'wrong-key'], parse);
}
