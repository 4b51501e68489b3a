/** What each request may bring: the window shows what strangers named, so nothing it sends is believed. */
import { z } from 'zod';
import type { RequestName, Requests } from '../../preload/contract.ts';
import { settingsChange } from '../settings/schema.ts';

/** Longer than any link: what is too long for one is refused in words by the reader of links. */
const MAX_TEXT = 1 << 20;
/** Longest path of any system, and more than anybody drops. */
const MAX_PATH = 32_767;
const MAX_PATHS = 10_000;
/** A host name has at most 253 characters. */
const MAX_ADDRESS = 300;

const nothing = z.undefined();
const key = z.int().min(0);
const paths = z.array(z.string().max(MAX_PATH)).min(1).max(MAX_PATHS);
const byKey = z.strictObject({ key });
/** Of an entry. */
const entryId = z.string().regex(/^[0-9a-f]{16}$/);
const MAX_ENTRIES = 500;
/** Files of a transfer. */
const MAX_LISTED = 500;
/** Shorter ones can be guessed from one recorded message; the store refuses them, too. */
const secret = z.string().min(16).max(1024);
const address = z.strictObject({ address: z.string().max(MAX_ADDRESS) });

/** Complete by construction: a request that is missing, or is parsed to something else, does not compile. */
export const parsers: { readonly [N in RequestName]: z.ZodType<Requests[N][0]> } = {
  state: nothing,
  chooseShare: z.strictObject({ what: z.enum(['files', 'folder']), public: z.boolean() }),
  shareDropped: z.strictObject({
    paths,
    public: z.boolean(),
  }),
  setPublic: z.strictObject({ key, public: z.boolean() }),
  readLinks: z.strictObject({ text: z.string().max(MAX_TEXT) }),
  forgetOutside: byKey,
  fetch: z.strictObject({ link: z.string().max(MAX_TEXT) }),
  listFiles: z.strictObject({
    key,
    from: key,
    count: z.int().min(1).max(MAX_LISTED),
    containing: z.string().max(MAX_PATH).exactOptional(),
  }),
  destination: byKey,
  chooseDestination: byKey,
  startFetch: byKey,
  pause: byKey,
  resume: byKey,
  remove: z.strictObject({ key, deleteFiles: z.boolean() }),
  pauseAll: nothing,
  resumeAll: nothing,
  clearHistory: nothing,
  copyLink: byKey,
  reveal: byKey,
  changeSettings: settingsChange,
  chooseDownloadFolder: nothing,
  addServer: address,
  removeServer: address,
  importServers: nothing,
  checkServers: nothing,
  storeView: nothing,
  storeEntries: z.strictObject({
    after: entryId.or(z.literal('')),
    limit: z.int().min(1).max(MAX_ENTRIES),
  }),
  readEntryName: z.strictObject({ text: z.string().max(MAX_TEXT) }),
  choosePut: z.strictObject({ id: entryId.exactOptional() }),
  putDropped: z.strictObject({ paths }),
  cancelPut: byKey,
  deleteEntry: z.strictObject({ id: entryId }),
  openStorePage: nothing,
  copyStoreAddress: nothing,
  setStoreSecret: z.strictObject({ secret: secret.nullable() }),
  reopenStore: nothing,
  reopen: nothing,
  quit: nothing,
};
