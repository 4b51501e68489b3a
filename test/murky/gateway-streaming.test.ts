// @module-tag real-time
import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import type { ContentReader } from '../../core/murky/storage/entry-storage.ts';
import { pack } from '../../core/murky/storage/pack.ts';
import { Staging } from '../../core/murky/storage/staging.ts';
import { noise, temporaryFolder } from '../content/temporary.ts';
import { pieces } from './entry-casks.ts';
import { RawConnection, until } from './raw-http.ts';
import { startGateway } from './start-gateway.ts';

const run = promisify(execFile);

/** Bytes that another node delivers, as far as it is told to. */
class Trickle implements ContentReader {
  readonly bytes: number;
  readonly #content: Uint8Array;
  readonly #waiting = new Set<() => void>();
  #here = 0;
  #isOpen = true;
  /** Up to where it was asked for. */
  wanted = 0;

  constructor(content: Uint8Array) {
    this.#content = content;
    this.bytes = content.length;
  }

  arrive(upTo: number): void {
    this.#here = upTo;
    for (const wake of this.#waiting) wake();
  }

  async read(offset: number, length: number): Promise<Uint8Array> {
    this.wanted = Math.max(this.wanted, offset + length);
    while (this.#isOpen && this.#here < offset + length) {
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
    if (!this.#isOpen) throw new Error('closed');
    return this.#content.subarray(offset, offset + length);
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    this.arrive(this.#here);
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }
}

describe('an entry that only another node has', () => {
  const id = '00000000000000aa';
  const name = '0x00000000000000aa';
  const content = noise(3_000_000);

  test('begins to leave before all of it has come', async () => {
    const { port, store } = await startGateway();
    const remote = new Trickle(content);
    store.addRemote(id, remote);
    const connection = await RawConnection.open(port);
    connection.send(`GET /${name} HTTP/1.1`, 'Host: localhost', 'Connection: close', '', '');
    remote.arrive(300_000);
    const begun = await connection.until(/\r\n\r\n[\s\S]{200000}/);
    expect(begun).toMatch(/^HTTP\/1\.1 200 OK/);
    expect(begun).toMatch(/content-length: 3000000/);
    remote.arrive(content.length);
    const whole = await connection.end();
    expect(whole.slice(whole.indexOf('\r\n\r\n') + 4)).toBe(Buffer.from(content).toString('latin1'));
  });

  test('is read from where a player seeks to, and no further', async () => {
    const { url, store } = await startGateway();
    const remote = new Trickle(content);
    store.addRemote(id, remote);
    remote.arrive(content.length);
    const got = await fetch(`${url}/${name}`, { headers: { range: 'bytes=1000000-1000009' } });
    expect(new Uint8Array(await got.arrayBuffer())).toEqual(content.subarray(1_000_000, 1_000_010));
    expect(remote.wanted).toBe(1_000_010);
  });

  test('that is deflated begins to leave, too, before its end is known', async () => {
    const staging = await Staging.open(temporaryFolder());
    const text = Buffer.from('murky '.repeat(300_000));
    const { path } = await staging.write((file) => pack(pieces(text), file, 2 ** 30));
    const cask = readFileSync(path);
    const { port, store } = await startGateway();
    const remote = new Trickle(cask);
    store.addRemote(id, remote, text.length);
    const connection = await RawConnection.open(port);
    connection.send(`GET /${name} HTTP/1.1`, 'Host: localhost', 'Connection: close', '', '');
    remote.arrive(Math.floor(cask.length / 2));
    expect(await connection.until(/(murky ){1000}/)).toMatch(/content-length: 1800000/);
    remote.arrive(cask.length);
    const whole = await connection.end();
    expect(whole.slice(whole.indexOf('\r\n\r\n') + 4)).toBe(text.toString());
  });

  test('is answered with 504 when nobody delivers', async () => {
    const { url, store } = await startGateway({ limits: { idleSeconds: 0.3 } });
    const remote = new Trickle(content);
    store.addRemote(id, remote);
    expect((await fetch(`${url}/${name}`)).status).toBe(504);
    await until('closed', () => !remote.isOpen);
  });

  test('is answered with 504 when it does not even begin, and is closed should it begin later', async () => {
    const { url, store } = await startGateway({ limits: { idleSeconds: 0.3 } });
    store.addRemote(id, new Trickle(content));
    const { open } = store;
    let begin = (): void => {};
    let begun: ReturnType<typeof open> | undefined;
    store.open = (which) => {
      begun = new Promise<void>((resolve) => {
        begin = resolve;
      }).then(() => open.call(store, which));
      return begun;
    };
    expect((await fetch(`${url}/${name}`)).status).toBe(504);
    begin();
    await begun;
    await until('closed', () => store.opened === 0);
  });

  test('is not read on for a client that has gone', async () => {
    const { port, store } = await startGateway();
    const remote = new Trickle(content);
    store.addRemote(id, remote);
    remote.arrive(300_000);
    const connection = await RawConnection.open(port);
    connection.send(`GET /${name} HTTP/1.1`, 'Host: localhost', '', '');
    await connection.until(/\r\n\r\n/);
    connection.socket.destroy();
    await until('closed', () => !remote.isOpen);
  });

  test('waits in its node for a client that is slow', async () => {
    const { port, store } = await startGateway();
    const large = new Uint8Array(64 * 2 ** 20);
    const remote = new Trickle(large);
    store.addRemote(id, remote);
    remote.arrive(large.length);
    const connection = await RawConnection.open(port);
    connection.send(`GET /${name} HTTP/1.1`, 'Host: localhost', '', '');
    await connection.until(/\r\n\r\n/);
    connection.socket.pause();
    let before = -1;
    // What the sockets of the system hold may still be filled.
    await until('nothing moves', () => {
      const moved = remote.wanted !== before;
      before = remote.wanted;
      return !moved && remote.wanted > 0;
    });
    expect(remote.wanted).toBeLessThan(large.length / 2);
  });
});

describe('curl', () => {
  const file = (bytes: Uint8Array): string => {
    const path = join(temporaryFolder(), 'file');
    writeFileSync(path, bytes);
    return path;
  };
  const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

  test('-T puts, -o gets, -r gets a part, -C - goes on', async () => {
    const { url } = await startGateway();
    const content = randomBytes(5_000_000);
    const path = file(content);
    const put = await run('curl', ['-sS', '-T', path, `${url}/42`]);
    expect(put.stdout).toBe('{"response": "Ok."}\n');
    const out = join(temporaryFolder(), 'out');
    await run('curl', ['-sS', '-f', '-o', out, `${url}/42`]);
    expect(sha256(readFileSync(out))).toBe(sha256(content));
    await run('curl', ['-sS', '-f', '-r', '1000000-1999999', '-o', out, `${url}/42`]);
    expect(sha256(readFileSync(out))).toBe(sha256(content.subarray(1_000_000, 2_000_000)));
    writeFileSync(out, content.subarray(0, 3_333_333));
    await run('curl', ['-sS', '-f', '-C', '-', '-o', out, `${url}/42`]);
    expect(sha256(readFileSync(out))).toBe(sha256(content));
  });

  test('-T - puts what has no length', async () => {
    const { url } = await startGateway();
    const content = randomBytes(2_000_000);
    const { stdout } = await run('sh', ['-c', `curl -sS -T - ${url}/42 < ${file(content)}`]);
    expect(stdout).toBe('{"response": "Ok."}\n');
    expect(sha256(new Uint8Array(await (await fetch(`${url}/42`)).arrayBuffer()))).toBe(sha256(content));
  });

  test('--etag-save and --etag-compare fetch what has changed only', async () => {
    const { url } = await startGateway();
    await fetch(`${url}/42`, { method: 'PUT', body: 'rain' });
    const [tag, out] = ['tag', 'out'].map((name) => join(temporaryFolder(), name));
    await run('curl', ['-sS', '--etag-save', tag, '-o', out, `${url}/42`]);
    expect(statSync(out).size).toBe(4);
    const again = await run('curl', ['-sS', '--etag-compare', tag, '-w', '%{http_code}', `${url}/42`]);
    expect(again.stdout).toBe('304');
  });
});
