// @module-tag real-time
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { z } from 'zod';
import { Failure } from '../../core/failure.ts';
import { defaultConfig } from '../../core/murky/config.ts';
import type { EntryView, PutRequest } from '../../core/murky/entries.ts';
import { openMurkyDatabase } from '../../core/murky/storage/database.ts';
import { Settings } from '../../core/store/settings.ts';
import { noise, temporaryFolder } from '../content/temporary.ts';
import { smallDisk } from '../e2e/small-disk.ts';
import { whyNoTmpfs } from '../e2e/tmpfs.ts';
import { all, pieces } from './entry-casks.ts';
import { type Opened, openNodes } from './open-nodes.ts';
import { RawConnection, until } from './raw-http.ts';

const ID = '00000000000000aa';

function request(id: string | undefined, content: Uint8Array): PutRequest {
  return { id, contentType: 'text/plain', content: pieces(content) };
}

async function meet(...nodes: readonly Opened[]): Promise<void> {
  const others = nodes.length - 1;
  const met = ({ murky }: Opened): boolean =>
    murky.peers().filter(({ state }) => state === 'here').length === others;
  await until('they have met', () => nodes.every(met));
}

async function contentOf({ murky }: Opened, id: string): Promise<Uint8Array | undefined> {
  const entry = await murky.open(id);
  if (entry === undefined) return undefined;
  try {
    return await all(entry.read({ start: 0, end: entry.size }));
  } finally {
    await entry.close();
  }
}

test('an entry leaves the gateway while it still arrives from another node', async () => {
  // Slow enough that it arrives for a second or two.
  const [a, b] = await openNodes({ rain: { uploadLimit: 4_000_000 } }, {});
  await meet(a, b);
  const content = noise(8_000_000);
  await a.murky.put(request(ID, content));
  await until('it is known of', () => b.murky.find(ID) !== undefined);
  expect(b.murky.find(ID)).toMatchObject({ size: content.length, contentType: 'text/plain', isHere: false });
  expect(b.murky.isComing(ID)).toBe(true);
  const answer = await fetch(`${b.url}/0x${ID}`);
  expect(answer.headers.get('content-length')).toBe(String(content.length));
  const reader = answer.body?.getReader();
  const first = await reader?.read();
  expect(b.murky.find(ID)).toMatchObject({ isHere: false });
  const chunks = [first?.value ?? new Uint8Array(0)];
  for (let next = await reader?.read(); next?.value !== undefined; next = await reader?.read())
    chunks.push(next.value);
  expect(Buffer.concat(chunks).equals(content)).toBe(true);
  await until('it is kept', () => b.murky.find(ID)?.isHere === true);
  expect(b.murky.isComing(ID)).toBe(false);
  const [[address, contact]] = [...b.murky.contacts()];
  expect(b.murky.peers()).toMatchObject([{ address }]);
  expect(Math.abs(Date.now() - contact)).toBeLessThan(60_000);
  expect(await contentOf(b, ID)).toEqual(content);
});

test('a range of an entry that arrives is had before what lies before it', async () => {
  const [a, b] = await openNodes({ rain: { uploadLimit: 4_000_000 } }, {});
  await meet(a, b);
  const content = noise(24_000_000);
  await a.murky.put(request(ID, content));
  await until('it is known of', () => b.murky.find(ID) !== undefined);
  const answer = await fetch(`${b.url}/0x${ID}`, { headers: { range: 'bytes=20000000-20000099' } });
  expect(new Uint8Array(await answer.arrayBuffer())).toEqual(content.subarray(20_000_000, 20_000_100));
  expect(b.murky.find(ID)).toMatchObject({ isHere: false });
});

test('the same bytes under two ids are fetched once', async () => {
  const [a, b] = await openNodes({}, {});
  await meet(a, b);
  const content = noise(3_000_000);
  const ids = ['0000000000000001', '0000000000000002'];
  for (const id of ids) await a.murky.put(request(id, content));
  for (const id of ids) {
    await until(`${id} is here`, () => b.murky.find(id)?.isHere === true);
    expect(await contentOf(b, id)).toEqual(content);
  }
  expect(b.murky.figures()).toMatchObject({ entries: 2, bytes: 6_000_000, storedBytes: 3_000_000 });
  expect(b.murky.figures().received).toBeLessThan(4_000_000);
});

test('an entry under the id of its content has the same on every node', async () => {
  const [a, b] = await openNodes({}, {});
  await meet(a, b);
  const [one, two] = await Promise.all([a, b].map(({ murky }) => murky.put(request(undefined, noise(5000)))));
  expect(one.id).toBe(two.id);
  await until('they agree', () => a.murky.find(one.id)?.time === b.murky.find(one.id)?.time);
});

test('what a node fetched is not served on when contents are not shared', async () => {
  const [a, b] = await openNodes({}, { config: { shareContent: false } });
  await meet(a, b);
  await a.murky.put(request(ID, noise(50_000)));
  await until('it is here', () => b.murky.find(ID)?.isHere === true);
  await b.murky.put(request('00000000000000bb', noise(50_000, 2)));
  await a.murky.close();
  const [c] = await openNodes({ peers: [b.address] });
  await until('what was put there came', () => c.murky.find('00000000000000bb')?.isHere === true);
  const failed = (): boolean =>
    c.murky.activity.recent().some(({ what, id }) => what === 'failed' && id === ID);
  await until('nobody delivers the other', failed);
  expect(c.murky.find(ID)?.isHere).not.toBe(true);
});

test('a node that is opened again has its entries, and knows itself', async () => {
  const [a] = await openNodes({});
  const entry = await a.murky.put(request(ID, noise(5000)));
  const views: (EntryView | undefined)[] = [
    entry,
    a.murky.find(ID),
    a.murky.latest(9)[0],
    a.murky.list('', 9)[0],
  ];
  for (const view of views) expect(view).toEqual(entry);
  expect(await a.murky.delete(ID)).toBe(true);
  expect(await a.murky.delete(ID)).toBe(false);
  expect(a.murky.activity.recent().map(({ what }) => what)).toEqual(['deleted', 'put']);
});

test('a put that is under way ends with the store, and says why', async () => {
  const [a] = await openNodes({});
  const more = Promise.withResolvers<void>();
  const content = async function* (): AsyncGenerator<Uint8Array> {
    yield noise(1000);
    await more.promise;
    yield noise(1000);
  };
  const put = a.murky.put({ id: ID, contentType: '', content: content() }).catch((error: unknown) => error);
  const closing = a.murky.close();
  more.resolve();
  await closing;
  expect(await put).toMatchObject({ code: 'interrupted' });
});

test('an upload that has come to a stand keeps no store from closing', async () => {
  const [a] = await openNodes({});
  const upload = await RawConnection.open(a.murky.http?.port ?? 0);
  upload.send('PUT /1 HTTP/1.1', 'Host: localhost', 'Expect: 100-continue', 'Content-Length: 9', '', '');
  await upload.until(/100 Continue/);
  upload.send('half');
  await a.murky.close();
  expect(await upload.end()).not.toContain('200');
});

test('a store without a secret says so, and so does one that everybody can reach', async () => {
  const [a] = await openNodes({
    config: { secret: undefined, http: { ...defaultConfig.http, host: '0.0.0.0', port: 0 } },
  });
  expect(a.warnings).toEqual([
    expect.stringMatching(/^The gateway listens on 0\.0\.0\.0: everybody/),
    expect.stringMatching(/has no secret/),
  ]);
});

describe.skipIf(whyNoTmpfs() !== undefined)('a full disk', () => {
  test('is answered with 507, and keeps what was there', async () => {
    const disk = smallDisk(24 * 2 ** 20);
    const [a] = await openNodes({ dataDir: disk.folder });
    await fetch(`${a.url}/1`, { method: 'PUT', body: 'old' });
    const put = await fetch(`${a.url}/1`, { method: 'PUT', body: noise(40_000_000) });
    expect(put.status).toBe(507);
    expect(await (await fetch(`${a.url}/1`)).text()).toBe('old');
    expect((await fetch(`${a.url}/2`, { method: 'PUT', body: noise(1_000_000) })).status).toBe(200);
  });
});

test('a disk that does not take when it met another node ends no node, and keeps none from closing', async () => {
  const dataDir = temporaryFolder();
  const before = openMurkyDatabase(dataDir);
  new Settings(before).set({ key: 'last-contact', schema: z.number() }, Date.now());
  before.close();
  const everyMinute = vi.spyOn(globalThis, 'setInterval');
  const [a] = await openNodes({ dataDir });
  const minutely = everyMinute.mock.calls.filter(([, ms]) => ms === 60_000).map(([note]) => note);
  const set = vi.spyOn(Settings.prototype, 'set').mockImplementation(() => {
    throw new Failure('no-space', 'The disk is full.');
  });
  onTestFinished(() => void vi.restoreAllMocks());
  for (const note of minutely) note();
  await a.murky.close();
  expect(set).toHaveBeenCalledTimes(2);
  expect(a.warnings).toEqual(['The disk is full.', 'The disk is full.']);
});
