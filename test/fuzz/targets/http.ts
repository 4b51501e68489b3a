/** What comes over a connection to the gateway: requests, whole, broken or none at all, as bytes on a real socket. */
import { connect } from 'node:net';
import { defaultConfig } from '../../../core/murky/config.ts';
import { Gateway } from '../../../core/murky/gateway/gateway.ts';
import { bytesOf, must, type Target } from '../target.ts';
import { KeptInMemory } from './kept-in-memory.ts';

const TOKEN = 'a token of the gateway';
const KNOWN = [`Authorization: Bearer ${TOKEN}`, 'Host: localhost', 'Connection: close'];
/** Of a connection that is not closed after its last byte was sent, ms. */
const PATIENCE = 5000;

const warnings: string[] = [];
let running: Promise<{ readonly gateway: Gateway; readonly entries: KeptInMemory }> | undefined;

export const http: Target = {
  name: 'http',
  seeds: [
    request('GET / HTTP/1.1', 'Accept: application/json'),
    request('GET /?after=1&limit=5 HTTP/1.1', 'Accept: application/json, text/html'),
    request('HEAD /metrics HTTP/1.1'),
    request('GET /0xff HTTP/1.1', 'Range: bytes=1-2', 'If-Range: "aa"', 'If-None-Match: W/"aa", *'),
    request('PUT /1 HTTP/1.1', 'Content-Length: 4', 'Content-Type: text/plain', 'If-Match: *', '', 'rain'),
    request(
      'POST / HTTP/1.1',
      'Transfer-Encoding: chunked',
      'Expect: 100-continue',
      '',
      '4',
      'rain',
      '0',
      '',
    ),
    request('DELETE /00000000000000aa HTTP/1.1', 'Origin: http://localhost', 'Sec-Fetch-Site: same-origin'),
    bytesOf(
      ['GET / HTTP/1.1', `Authorization: Basic ${btoa(`:${TOKEN}`)}`, 'Host: [::1]:8080', '', ''].join(
        '\r\n',
      ),
    ),
  ],
  words: [
    ...[
      'GET ',
      'PUT ',
      'POST ',
      'DELETE ',
      'OPTIONS * ',
      'PATCH ',
      ' HTTP/1.1\r\n',
      'HTTP/1.0',
      '\r\n',
      '\r\n\r\n',
    ],
    ...[
      'Range: bytes=',
      '-5',
      '0-',
      'Content-Length: ',
      'Transfer-Encoding: chunked\r\n',
      'Expect: 100-continue\r\n',
    ],
    ...[
      'Host: evil.example\r\n',
      'Origin: null\r\n',
      'Upgrade: websocket\r\nConnection: upgrade\r\n',
      'If-Match: ',
    ],
    ...[
      '/%2e%2e/',
      '/..',
      '%00',
      '//',
      '?limit=',
      '__proto__',
      '/constructor',
      '18446744073709551616',
      'Trailer: x\r\n',
    ],
  ],
  batch: 20,
  take: async (input) => {
    running ??= open();
    const { gateway, entries } = await running;
    const answer = await converse(gateway.address.port, input);
    must(answer === '' || /^HTTP\/1\.1 \d{3} /.test(answer), `no HTTP: ${answer.slice(0, 80)}`);
    must(!/^HTTP\/1\.1 5(?!03|04|07)/.test(answer), `an error of the gateway's: ${answer}`);
    must(warnings.length === 0, warnings.join());
    must(!/\r\naccess-control-/i.test(answer), 'other sites may read it');
    const claimed = /bearer|basic/i.test(Buffer.from(input).toString('latin1'));
    must(claimed || !/^HTTP\/1\.1 20/.test(answer), 'nobody had to show the token');
    entries.forgetMost();
  },
  close: async () => {
    await (await running)?.gateway.close();
    running = undefined;
  },
};

async function open(): Promise<{ readonly gateway: Gateway; readonly entries: KeptInMemory }> {
  const entries = new KeptInMemory();
  const gateway = await Gateway.open(entries, {
    host: '127.0.0.1',
    port: 0,
    token: TOKEN,
    allowedHosts: [],
    limits: { ...defaultConfig.limits, maxEntryBytes: 1000 },
    warn: (message) => warnings.push(message),
  });
  return { gateway, entries };
}

/** Sends everything, ends, and resolves with all that came back until the gateway closed. */
function converse(port: number, input: Uint8Array): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    const pieces: Buffer[] = [];
    const timer = setTimeout(() => {
      reject(new Error(`still open after ${PATIENCE} ms: ${Buffer.concat(pieces).toString('latin1')}`));
      socket.destroy();
    }, PATIENCE);
    socket.on('data', (piece) => pieces.push(piece));
    // The gateway may close before it has read everything.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(Buffer.concat(pieces).toString('latin1'));
    });
    socket.end(input);
  });
}

function request(line: string, ...rest: readonly string[]): Uint8Array {
  return bytesOf([line, ...KNOWN, ...rest, '', ''].join('\r\n'));
}
