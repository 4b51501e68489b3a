import { describe, expect, test } from 'vitest';
import { noise } from '../content/temporary.ts';
import { RawConnection, until } from './raw-http.ts';
import { startGateway } from './start-gateway.ts';

const text = 'The waters are murky. '.repeat(40_000);

interface Overview {
  readonly figures: object;
  readonly entries: readonly { readonly id: string; readonly path: string }[];
  readonly peers: readonly object[];
}

async function overviewOf(url: string): Promise<Overview> {
  return (await (await fetch(url, { headers: { accept: 'application/json' } })).json()) as Overview;
}

describe('as in 2012', () => {
  test('a PUT to a number is answered with Ok., and GET gives it back', async () => {
    const { url } = await startGateway();
    const put = await fetch(`${url}/1234`, { method: 'PUT', body: 'rain' });
    expect([put.status, await put.text()]).toEqual([200, '{"response": "Ok."}\n']);
    const got = await fetch(`${url}/1234`);
    expect([got.status, await got.text()]).toEqual([200, 'rain']);
  });

  test.each([
    ['GET', '/77', 404],
    ['GET', '/no-number', 404],
    ['PUT', '/no-number', 400],
    ['PUT', '/1/2', 400],
    ['PUT', '/-1', 400],
    ['PUT', '/18446744073709551616', 400],
    ['PUT', '/', 404],
    ['DELETE', '/77', 404],
    ['PATCH', '/77', 405],
    ['OPTIONS', '/77', 405],
  ])('%s %s is %i', async (method, path, status) => {
    const { url, files } = await startGateway();
    const answer = await fetch(url + path, { method, ...(method === 'PUT' && { body: 'x' }) });
    expect(answer.status).toBe(status);
    expect(files()).toEqual([]);
  });
});

test('an id has one entry however it is written', async () => {
  const { url, store } = await startGateway();
  await fetch(`${url}/255`, { method: 'PUT', body: 'rain' });
  for (const name of ['0255', '0xff', '0x00000000000000FF', '00000000000000ff', '00000000000000FF']) {
    expect(await (await fetch(`${url}/${name}`)).text()).toBe('rain');
  }
  // 16 digits are decimal, as they were in 2012.
  expect((await fetch(`${url}/0000000000000255`)).status).toBe(200);
  expect(store.find('00000000000000ff')).toBeDefined();
});

test('a POST is found under the id of its content, twice the same', async () => {
  const { url } = await startGateway();
  const ids = [];
  for (let round = 0; round < 2; round++) {
    const posted = await fetch(url, { method: 'POST', body: text });
    expect(posted.status).toBe(201);
    const { response, id } = (await posted.json()) as { response: string; id: string };
    expect(response).toBe('Ok.');
    expect(await (await fetch(url + posted.headers.get('location'))).text()).toBe(text);
    ids.push(id);
  }
  expect(ids[0]).toBe(ids[1]);
});

test('a type is kept, and without one it is bytes', async () => {
  const { url } = await startGateway();
  await fetch(`${url}/1`, {
    method: 'PUT',
    body: 'x',
    headers: { 'content-type': 'video/mp4; codecs="av1"' },
  });
  await fetch(`${url}/2`, { method: 'PUT', body: noise(9) });
  expect((await fetch(`${url}/1`)).headers.get('content-type')).toBe('video/mp4; codecs="av1"');
  expect((await fetch(`${url}/2`)).headers.get('content-type')).toBe('application/octet-stream');
});

test('HEAD says what GET would, without the bytes', async () => {
  const { url } = await startGateway();
  await fetch(`${url}/1`, { method: 'PUT', body: text });
  const [get, head] = [await fetch(`${url}/1`), await fetch(`${url}/1`, { method: 'HEAD' })];
  for (const name of ['content-type', 'content-length', 'etag', 'accept-ranges', 'content-security-policy']) {
    expect(head.headers.get(name)).toBe(get.headers.get(name));
    expect(head.headers.get(name)).not.toBeNull();
  }
  expect(await head.text()).toBe('');
  expect(await get.text()).toBe(text);
});

test('a deleted entry is gone', async () => {
  const { url, files } = await startGateway();
  await fetch(`${url}/1`, { method: 'PUT', body: text });
  expect((await fetch(`${url}/1`, { method: 'DELETE' })).status).toBe(200);
  expect((await fetch(`${url}/1`)).status).toBe(404);
  expect((await fetch(`${url}/1`, { method: 'DELETE' })).status).toBe(404);
  expect(files()).toEqual([]);
});

test('an empty entry is one', async () => {
  const { url } = await startGateway();
  expect((await fetch(`${url}/1`, { method: 'PUT', body: '' })).status).toBe(200);
  const got = await fetch(`${url}/1`);
  expect([got.status, got.headers.get('content-length'), await got.text()]).toEqual([200, '0', '']);
});

describe('conditions', () => {
  test('an unchanged entry is not sent again, a changed one is', async () => {
    const { url } = await startGateway();
    await fetch(`${url}/1`, { method: 'PUT', body: 'one' });
    const { headers } = await fetch(`${url}/1`);
    const etag = headers.get('etag') ?? '';
    // A cache may keep it, and has to ask each time whether it is still the one.
    expect(headers.get('cache-control')).toBe('private, no-cache');
    const again = async (value: string): Promise<number> =>
      (await fetch(`${url}/1`, { headers: { 'if-none-match': value } })).status;
    expect(etag).toMatch(/^"[0-9a-f]{64}"$/);
    expect(await again(etag)).toBe(304);
    expect(await again(`"other", W/${etag}`)).toBe(304);
    expect(await again('*')).toBe(304);
    expect(await again('"other"')).toBe(200);
    await fetch(`${url}/1`, { method: 'PUT', body: 'two' });
    expect(await again(etag)).toBe(200);
  });

  test('a write is done only to what the client expects', async () => {
    const { url } = await startGateway();
    const put = async (headers: Record<string, string>): Promise<number> =>
      (await fetch(`${url}/1`, { method: 'PUT', body: 'x', headers })).status;
    expect(await put({ 'if-match': '*' })).toBe(412);
    expect(await put({ 'if-none-match': '*' })).toBe(200);
    expect(await put({ 'if-none-match': '*' })).toBe(412);
    const etag = (await fetch(`${url}/1`)).headers.get('etag') ?? '';
    expect(await put({ 'if-match': '"other"' })).toBe(412);
    expect(await put({ 'if-match': `W/${etag}` })).toBe(412);
    expect(await put({ 'if-match': `"other", ${etag}` })).toBe(200);
    const wrong = await fetch(`${url}/1`, { method: 'DELETE', headers: { 'if-match': '"other"' } });
    expect(wrong.status).toBe(412);
  });
});

/** Two writes on their way at once: both are let in, and the second to arrive finds another entry than it expects. */
test.each([
  ['If-None-Match: *', undefined],
  ['If-Match: ETAG', 'old'],
])(
  'of two writes at once that both expect the same entry one is refused: %s, before: %s',
  async (header, before) => {
    const { port, url, files } = await startGateway();
    if (before !== undefined) await fetch(`${url}/1`, { method: 'PUT', body: before });
    const etag = before === undefined ? '' : ((await fetch(`${url}/1`)).headers.get('etag') ?? '');
    const [first, second] = await Promise.all([RawConnection.open(port), RawConnection.open(port)]);
    const kept = files().length;
    for (const connection of [first, second]) {
      connection.send(
        'PUT /1 HTTP/1.1',
        'Host: localhost',
        'Content-Length: 8',
        header.replace('ETAG', etag),
        '',
        '',
      );
      connection.send('half');
    }
    await until('both on their way', () => files().length === kept + 2);
    first.send('-one');
    expect(await first.until(/\r\n\r\n/)).toMatch(/^HTTP\/1\.1 200/);
    second.send('-two');
    const late = await second.until(/\r\n\r\n/);
    expect(late).toMatch(/^HTTP\/1\.1 412/);
    expect(await (await fetch(`${url}/1`)).text()).toBe('half-one');
  },
);

describe('ranges', () => {
  const size = 600_000;
  const content = noise(size);

  test.each([
    ['bytes=0-0', 0, 1],
    ['bytes=0-', 0, size],
    ['bytes=5-9', 5, 10],
    ['bytes=262143-262144', 262_143, 262_145],
    ['bytes=599999-', 599_999, size],
    ['bytes=599990-700000', 599_990, size],
    ['bytes=1-99999999999999999999999', 1, size],
    ['bytes=-1', size - 1, size],
    ['bytes=-700000', 0, size],
    ['BYTES= 7-8', 7, 9],
  ])('%s', async (range, start, end) => {
    const { url } = await startGateway();
    await fetch(`${url}/1`, { method: 'PUT', body: content });
    const got = await fetch(`${url}/1`, { headers: { range } });
    expect(got.status).toBe(206);
    expect(got.headers.get('content-range')).toBe(`bytes ${start}-${end - 1}/${size}`);
    expect(got.headers.get('content-length')).toBe(String(end - start));
    expect(new Uint8Array(await got.arrayBuffer())).toEqual(content.subarray(start, end));
  });

  test.each(['bytes=600000-', 'bytes=600000-600001', 'bytes=-0', 'bytes=99999999999999999999-'])(
    '%s cannot be had',
    async (range) => {
      const { url } = await startGateway();
      await fetch(`${url}/1`, { method: 'PUT', body: content });
      const got = await fetch(`${url}/1`, { headers: { range } });
      expect([got.status, got.headers.get('content-range')]).toEqual([416, `bytes */${size}`]);
    },
  );

  test.each([
    'bytes=9-5',
    'bytes=',
    'bytes=-',
    'bytes=a-b',
    'lines=1-2',
    'bytes=0-1,3-4',
    'bytes=0x1-2',
    '-5',
  ])('%s is not understood, and all is sent', async (range) => {
    const { url } = await startGateway();
    await fetch(`${url}/1`, { method: 'PUT', body: content });
    const got = await fetch(`${url}/1`, { headers: { range } });
    expect([got.status, (await got.arrayBuffer()).byteLength]).toEqual([200, size]);
  });

  test('If-Range sends a part of the same entry only, and all of another', async () => {
    const { url } = await startGateway();
    await fetch(`${url}/1`, { method: 'PUT', body: content });
    const etag = (await fetch(`${url}/1`)).headers.get('etag') ?? '';
    const status = async (ifRange: string): Promise<number> =>
      (await fetch(`${url}/1`, { headers: { range: 'bytes=1-2', 'if-range': ifRange } })).status;
    expect(await status(etag)).toBe(206);
    expect(await status(`W/${etag}`)).toBe(200);
    expect(await status('"other"')).toBe(200);
    expect(await status('Sun, 06 Nov 1994 08:49:37 GMT')).toBe(200);
  });

  test('no part of an empty entry can be had', async () => {
    const { url } = await startGateway();
    await fetch(`${url}/1`, { method: 'PUT', body: '' });
    expect((await fetch(`${url}/1`, { headers: { range: 'bytes=0-' } })).status).toBe(416);
    expect((await fetch(`${url}/1`, { headers: { range: 'bytes=-5' } })).status).toBe(416);
  });
});

describe('the overview', () => {
  test('is a page for a browser, and JSON for who asks for it', async () => {
    const { url } = await startGateway();
    await fetch(`${url}/1`, { method: 'PUT', body: 'rain', headers: { 'content-type': 'text/plain' } });
    const page = await fetch(url, { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'sha256-/);
    const json = await overviewOf(`${url}/`);
    expect(json.entries).toEqual([
      expect.objectContaining({
        id: '0000000000000001',
        path: '/0x0000000000000001',
        size: 4,
        contentType: 'text/plain',
        isHere: true,
      }),
    ]);
    expect(json.figures).toMatchObject({ entries: 1, bytes: 4 });
    expect(json.peers).toEqual([{ address: '192.0.2.7:1980', state: 'here', isListed: true, untold: 0 }]);
  });

  test('lists all entries, a page at a time', async () => {
    const { url } = await startGateway();
    for (let id = 1; id <= 5; id++) await fetch(`${url}/${id}`, { method: 'PUT', body: `${id}` });
    const headers = { accept: 'application/json' };
    const seen: string[] = [];
    for (let after = ''; ; ) {
      const { entries } = await overviewOf(`${url}/?after=${after}&limit=2`);
      if (entries.length === 0) break;
      for (const { id } of entries) seen.push(id);
      after = entries.at(-1)?.path.slice(1) ?? '';
    }
    expect(seen.map((id) => Number(`0x${id}`))).toEqual([1, 2, 3, 4, 5]);
    expect((await fetch(`${url}/?limit=0`, { headers })).status).toBe(400);
    expect((await fetch(`${url}/?after=x`, { headers })).status).toBe(400);
  });
});

test('metrics are what Prometheus reads', async () => {
  const { url } = await startGateway();
  await fetch(`${url}/1`, { method: 'PUT', body: 'rain' });
  await (await fetch(`${url}/1`)).text();
  const answer = await fetch(`${url}/metrics`);
  expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const lines = (await answer.text()).trimEnd().split('\n');
  for (const line of lines) {
    expect(line).toMatch(/^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? \d+)$/);
  }
  expect(lines).toContain('murky_entries 1');
  expect(lines).toContain('murky_http_requests_total{method="PUT",status="200"} 1');
  expect(lines).toContain('murky_http_sent_bytes_total 4');
  expect(lines).toContain('murky_peers{state="here"} 1');
});
