import { describe, expect, test } from 'vitest';
import { formatEntryName, parseEntryName } from '../../core/murky/entry-name.ts';
import { noise } from '../content/temporary.ts';
import { pieces } from './entry-casks.ts';
import { exchange, RawConnection, until } from './raw-http.ts';
import { startGateway } from './start-gateway.ts';

const END = ['', ''] as const;
const CLOSE = 'Connection: close';

function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]);
}

describe('the name it is called by', () => {
  test.each([
    ['127.0.0.1', 200],
    ['127.0.0.1:8080', 200],
    ['LocalHost:1', 200],
    ['[::1]:8080', 200],
    ['192.0.2.1', 200],
    ['murky.example:8080', 200],
    ['evil.example', 421],
    ['evil.example:8080', 421],
    ['127.0.0.1.evil.example', 421],
    ['localhost.evil.example', 421],
    ['[::1', 421],
    ['[evil.example]', 421],
    ['evil.localhost', 421],
    ['::1', 421],
    ['user@localhost', 421],
    ['', 421],
  ])('%s: %i', async (host, status) => {
    const { port } = await startGateway({ allowedHosts: ['murky.example'] });
    expect(statusOf(await exchange(port, 'GET /metrics HTTP/1.1', `Host: ${host}`, CLOSE, ...END))).toBe(
      status,
    );
  });

  test('two of them, or none, are no request', async () => {
    const { port } = await startGateway();
    expect(statusOf(await exchange(port, 'GET / HTTP/1.1', CLOSE, ...END))).toBe(400);
    const two = ['Host: 127.0.0.1', 'Host: evil.example'];
    expect(statusOf(await exchange(port, 'GET / HTTP/1.1', ...two, CLOSE, ...END))).toBe(400);
  });
});

describe('pages of other sites', () => {
  test.each([
    [{ origin: 'http://evil.example' }, 403],
    [{ origin: 'null' }, 403],
    [{ origin: 'http://127.0.0.1:1' }, 403],
    [{ 'sec-fetch-site': 'cross-site' }, 403],
    [{ 'sec-fetch-site': 'same-site' }, 403],
    [{ 'sec-fetch-site': 'same-origin' }, 200],
    [{}, 200],
  ])('%o writes: %i', async (headers, status) => {
    const { url, files, store } = await startGateway();
    await fetch(`${url}/1`, { method: 'PUT', body: 'kept' });
    const put = await fetch(`${url}/2`, {
      method: 'PUT',
      body: 'x',
      headers: headers as Record<string, string>,
    });
    expect(put.status).toBe(status);
    const gone = await fetch(`${url}/1`, { method: 'DELETE', headers: headers as Record<string, string> });
    expect(gone.status).toBe(status);
    await until('deleted', () => files().length === 1);
    expect(store.find(status === 200 ? '0000000000000002' : '0000000000000001')).toBeDefined();
  });

  test('the page of the gateway itself writes', async () => {
    const { url, port } = await startGateway();
    const headers = { origin: `http://127.0.0.1:${port}` };
    expect((await fetch(`${url}/2`, { method: 'PUT', body: 'x', headers })).status).toBe(200);
  });

  test('cannot embed, frame, script or guess an entry', async () => {
    const { url } = await startGateway();
    const html = '<script>document.title = "stolen"</script>';
    // Of several types a browser takes the last.
    const lists = ['image/png, text/html', 'video/mp4;a="b", text/html', 'video/mp4;a="\\", text/html'];
    for (const type of ['text/html', 'image/svg+xml', 'application/xhtml+xml', '', 'x/video/mp4', ...lists]) {
      await fetch(`${url}/1`, { method: 'PUT', body: html, headers: { 'content-type': type } });
      const policy = (await fetch(`${url}/1`)).headers.get('content-security-policy') ?? '';
      expect([type, policy]).toEqual([type, expect.stringMatching(/^sandbox; default-src 'none'/)]);
      expect(policy).not.toMatch(/allow-|script-src/);
    }
    // A player in a sandbox of another origin could not seek.
    const video = 'video/mp4; codecs="avc1.42E01E, mp4a.40.2"';
    await fetch(`${url}/1`, { method: 'PUT', body: html, headers: { 'content-type': video } });
    const { headers } = await fetch(`${url}/1`);
    expect(headers.get('content-security-policy')).toMatch(
      /^sandbox allow-same-origin; default-src 'none'.*; form-action 'none'; base-uri 'none'$/,
    );
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});

test('who does not know the token may do nothing', async () => {
  const token = 'a token of some length';
  const { url } = await startGateway({ token });
  const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
  const refused = ['', token, `Bearer ${token}x`, 'Bearer', basic(token.slice(1)), 'Bearer a'];
  for (const path of ['/', '/1', '/metrics']) {
    for (const authorization of refused) {
      const answer = await fetch(url + path, authorization === '' ? {} : { headers: { authorization } });
      expect([path, authorization, answer.status]).toEqual([path, authorization, 401]);
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/);
    }
  }
  const spaceless = 'abcdefghijklmnopqrst';
  const other = await startGateway({ token: spaceless });
  for (const authorization of [`Bearer ${spaceless}`, basic(`:${spaceless}`), basic(`me:${spaceless}`)]) {
    expect((await fetch(other.url, { headers: { authorization } })).status).toBe(200);
  }
  // Only the first colon ends the name.
  const colons = await startGateway({ token: 'a:token:with:colons' });
  const authorization = basic('me:a:token:with:colons');
  expect((await fetch(colons.url, { headers: { authorization } })).status).toBe(200);
});

describe('a body', () => {
  const PUT = ['PUT /1 HTTP/1.1', 'Host: localhost'] as const;

  test('that is announced as too long is refused before it is sent', async () => {
    const { port, files } = await startGateway({ limits: { maxEntryBytes: 1000 } });
    const connection = await RawConnection.open(port);
    connection.send(...PUT, 'Content-Length: 1001', 'Expect: 100-continue', ...END);
    const answer = await connection.until(/\r\n\r\n/);
    expect(statusOf(answer)).toBe(413);
    expect(files()).toEqual([]);
  });

  test('that turns out too long is refused, and nothing is left of it', async () => {
    const { port, files } = await startGateway({ limits: { maxEntryBytes: 1000 } });
    const connection = await RawConnection.open(port);
    connection.send(...PUT, 'Transfer-Encoding: chunked', ...END).send('400', 'x'.repeat(1024), '0', ...END);
    expect(statusOf(await connection.until(/\r\n\r\n/))).toBe(413);
    await until('nothing left', () => files().length === 0);
  });

  test('is asked for with 100 only when it is wanted', async () => {
    const { port } = await startGateway();
    const connection = await RawConnection.open(port);
    connection.send(...PUT, 'Content-Length: 4', 'Expect: 100-continue', ...END);
    await connection.until(/^HTTP\/1\.1 100 Continue\r\n\r\n$/);
    connection.send('rain');
    expect(await connection.until(/Ok\.","?|Ok\./)).toMatch(/HTTP\/1\.1 200 OK/);
    const stranger = await RawConnection.open(port);
    stranger.send(
      'PUT /1 HTTP/1.1',
      'Host: evil.example',
      'Content-Length: 4',
      'Expect: 100-continue',
      ...END,
    );
    expect(statusOf(await stranger.until(/\r\n\r\n/))).toBe(421);
  });

  test.each([
    [400, ['Content-Length: 4', 'Content-Range: bytes 0-3/9']],
    [415, ['Content-Length: 4', 'Content-Encoding: gzip']],
    [400, ['Content-Length: 4', `Content-Type: text/${'x'.repeat(200)}`]],
    [400, ['Content-Length: -4']],
    [400, ['Content-Length: 4', 'Content-Length: 5']],
    [400, ['Content-Length: 4', 'Transfer-Encoding: chunked']],
    [412, ['Content-Length: 4', 'If-Match: *']],
    [400, ['Bad header']],
    [400, ['X: \u0000']],
  ])('is refused with %i: %j', async (status, headers) => {
    const { port, files } = await startGateway();
    const answer = await exchange(port, ...PUT, ...headers, CLOSE, ...END, 'rain');
    expect(statusOf(answer)).toBe(status);
    expect(files()).toEqual([]);
  });

  test('has to have a length, or chunks', async () => {
    const { port } = await startGateway();
    expect(statusOf(await exchange(port, ...PUT, CLOSE, ...END))).toBe(411);
  });

  test('that breaks off leaves nothing, and the old entry', async () => {
    const { port, url, files } = await startGateway();
    await fetch(`${url}/1`, { method: 'PUT', body: 'old' });
    for (const head of [
      ['Content-Length: 900000', ...END],
      ['Transfer-Encoding: chunked', '', 'ffffff', ''],
    ]) {
      const connection = await RawConnection.open(port);
      connection.send(...PUT, ...head).send('x'.repeat(400_000));
      await until('being written', () => files().length === 2);
      connection.socket.destroy();
      await until('nothing left of it', () => files().length === 1);
    }
    expect(await (await fetch(`${url}/1`)).text()).toBe('old');
  });

  test('with chunks that are none leaves nothing', async () => {
    const { port, files } = await startGateway();
    const connection = await RawConnection.open(port);
    connection.send(...PUT, 'Transfer-Encoding: chunked', ...END).send('4', 'rain', 'zz', 'x', ...END);
    expect(statusOf(await connection.end())).toBe(400);
    await until('nothing left', () => files().length === 0);
  });

  test('that comes too slowly is given up', { tags: 'real-time' }, async () => {
    const { port, files } = await startGateway({ limits: { idleSeconds: 0.3 } });
    const connection = await RawConnection.open(port);
    connection.send(...PUT, 'Content-Length: 900000', ...END);
    const drip = setInterval(() => connection.send('x'), 50);
    // It is cut off in the middle of what it says: there is nothing to be answered yet.
    expect(await connection.end().finally(() => clearInterval(drip))).toBe('');
    await until('nothing left', () => files().length === 0);
  });
});

describe('a client', () => {
  test('that does not end its headers is let go', { tags: 'real-time' }, async () => {
    const { port } = await startGateway({ limits: { headerSeconds: 0.3 } });
    const connection = await RawConnection.open(port);
    connection.send('GET / HTTP/1.1', 'Host: localhost', 'X-Drip: ');
    const drip = setInterval(() => connection.send('x'), 50);
    expect(statusOf(await connection.end())).toBe(408);
    clearInterval(drip);
  });

  test('that says nothing is let go', { tags: 'real-time' }, async () => {
    const { port } = await startGateway({ limits: { idleSeconds: 0.3, headerSeconds: 0.3 } });
    const connection = await RawConnection.open(port);
    expect(await connection.end()).toBe('');
  });

  test('with large headers, or a long name, is refused', async () => {
    const { port } = await startGateway({ limits: { headerBytes: 2048 } });
    const large = await exchange(port, 'GET / HTTP/1.1', `X: ${'x'.repeat(4000)}`, ...END);
    expect(statusOf(large)).toBe(431);
    const long = await exchange(port, `GET /${'1'.repeat(1500)} HTTP/1.1`, 'Host: localhost', CLOSE, ...END);
    expect(statusOf(long)).toBe(404);
  });

  test('that takes nothing keeps no file open beyond its time', { tags: 'real-time' }, async () => {
    const { port, store } = await startGateway({ limits: { idleSeconds: 0.3 } });
    await store.put({ id: '0000000000000001', content: pieces(noise(20_000_000)), contentType: '' });
    const connection = await RawConnection.open(port);
    connection.socket.pause();
    connection.send('GET /1 HTTP/1.1', 'Host: localhost', ...END);
    await until('open', () => store.opened === 1);
    await until('closed', () => store.opened === 0);
  });

  test('that goes away closes what it read from', async () => {
    const { port, url, store } = await startGateway();
    await fetch(`${url}/1`, { method: 'PUT', body: noise(20_000_000) });
    const connection = await RawConnection.open(port);
    connection.send('GET /1 HTTP/1.1', 'Host: localhost', ...END);
    await connection.until(/\r\n\r\n/);
    expect(store.opened).toBe(1);
    connection.socket.destroy();
    await until('closed', () => store.opened === 0);
  });

  test('more than may be open at once are told to come again', async () => {
    const { port, url, files } = await startGateway({ limits: { openRequests: 2 } });
    const busy = [];
    for (const id of [1, 2]) {
      const connection = await RawConnection.open(port);
      connection.send(`PUT /${id} HTTP/1.1`, 'Host: localhost', 'Content-Length: 9', ...END);
      busy.push(connection);
    }
    await until('both being written', () => files().length === 2);
    const third = await fetch(url);
    expect([third.status, third.headers.get('retry-after')]).toEqual([503, '1']);
    for (const connection of busy) connection.socket.destroy();
    await until('both gone', () => files().length === 0);
    expect((await fetch(url)).status).toBe(200);
  });

  test('is answered though 200 connections stand open that say nothing, or never end what they say', async () => {
    const { port, url } = await startGateway();
    for (let n = 0; n < 200; n++) {
      const connection = await RawConnection.open(port);
      if (n % 2 === 0) connection.send('GET / HTTP/1.1', 'X-Slow: ');
    }
    for (let n = 0; n < 3; n++) expect((await fetch(url)).status).toBe(200);
  });

  test.each([
    ['a path that cannot be decoded', ['GET /%zz HTTP/1.1', 'Host: localhost', CLOSE], 400],
    ['what is no HTTP', ['RAIN ON ME'], 400],
    ['too many headers', ['GET / HTTP/1.1', `X: ${'x'.repeat(100_000)}`], 431],
  ])('is told of %s as of anything else', async (_, lines, status) => {
    const { port } = await startGateway();
    const answer = await exchange(port, ...lines, ...END);
    expect(statusOf(answer)).toBe(status);
    expect(answer).toMatch(/\r\nx-content-type-options: nosniff\r\n/i);
    expect(answer).toMatch(/\r\ncontent-security-policy: default-src 'none'; [^\r]*sandbox\r\n/i);
  });

  test('that pipelines gets its answers in order', async () => {
    const { port } = await startGateway();
    const put = ['PUT /1 HTTP/1.1', 'Host: localhost', CLOSE, 'Content-Length: 4', '', 'rain'];
    expect(statusOf(await exchange(port, ...put))).toBe(200);
    const connection = await RawConnection.open(port);
    connection
      .send('GET /1 HTTP/1.1', 'Host: localhost', ...END)
      .send('GET /2 HTTP/1.1', 'Host: localhost', CLOSE, ...END);
    const [first, second] = (await connection.end()).split(/(?=HTTP\/1\.1)/);
    expect([statusOf(first), statusOf(second)]).toEqual([200, 404]);
  });

  test('never has one connection end for what another did', async () => {
    const { port, url, warnings } = await startGateway();
    for (const bytes of [
      '\r\n\r\n',
      '\u0000'.repeat(100),
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
      'GET',
      '\u0016\u0003\u0001',
    ]) {
      const connection = await RawConnection.open(port);
      connection.send(bytes);
      connection.socket.end();
      await connection.end();
    }
    expect((await fetch(url)).status).toBe(200);
    expect(warnings).toEqual([]);
  });
});

test('names of entries: every id has one, and it leads back', () => {
  for (const id of ['0000000000000000', '00000000000000ff', '1234567890123456', 'ffffffffffffffff']) {
    expect(parseEntryName(formatEntryName(id))).toBe(id);
  }
  expect(parseEntryName('1234567890123456')).toBe('000462d53c8abac0');
  expect(parseEntryName('18446744073709551615')).toBe('ffffffffffffffff');
  for (const wrong of [
    '',
    ' 1',
    '1 ',
    '+1',
    '1e3',
    '0x',
    '0x11111111111111111',
    'ff',
    '1.0',
    '١',
    'g'.repeat(16),
  ]) {
    expect(parseEntryName(wrong)).toBeUndefined();
  }
});
