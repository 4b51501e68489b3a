/** The native part itself: that the binary is that of the sources, and what it does with nonsense. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import {
  type Accelerator,
  accelerator,
  type NativeSocket,
} from '../../core/engine/accelerator/accelerator.ts';

const FOLDER = fileURLToPath(new URL('../../core/engine/accelerator/', import.meta.url));
const LOADER = new URL('../../core/engine/accelerator/accelerator.ts', import.meta.url).href;
const SEND_BYTES = 65_536;

const native = accelerator();
const it = test.skipIf(native === undefined);

/** A socket on the loopback, and its table of what is to be sent. */
function open({ Socket, receivedBytes, receivedWords, mostToSend }: Accelerator) {
  const table = new Uint32Array(3 * mostToSend);
  const [received, words] = [new Uint8Array(receivedBytes), new Uint32Array(receivedWords)];
  const receive = (): void => undefined;
  const socket = new Socket('127.0.0.1', 0, received, words, new Uint8Array(SEND_BYTES), table, receive);
  onTestFinished(() => socket.close());
  return { socket, table };
}

/** Runs a script with the accelerator in a process of its own; it must end well. */
function run(script: string, env: NodeJS.ProcessEnv = {}): string {
  const head = `import { accelerator } from ${JSON.stringify(LOADER)};`;
  const args = ['--input-type=module', '--eval', `${head}${script}`];
  return execFileSync(process.execPath, args, { encoding: 'utf8', env: { ...process.env, ...env } }).trim();
}

it('the binary that is committed was made of the sources beside it', () => {
  const hash = createHash('sha256');
  for (const name of ['binding.c', 'batch.c', 'batch.h']) hash.update(readFileSync(`${FOLDER}${name}`));
  expect(native?.source, 'npm run accelerator').toBe(hash.digest('hex').slice(0, 16));
});

test('it can be switched off', () => {
  expect(run('console.log(accelerator())', { RAIN_ACCELERATOR: 'off' })).toBe('undefined');
});

it('a table that names what is not there is refused as a whole', () => {
  if (native === undefined) return;
  const { socket, table } = open(native);
  socket.setDestination(0, '127.0.0.1', 9);
  const refused = (destination: number, at: number, bytes: number): void => {
    table.set([0, 0, 1, destination, at, bytes]);
    expect(() => socket.send(2)).toThrow('not there');
  };
  refused(1, 0, 1);
  refused(native.destinations, 0, 1);
  refused(0, SEND_BYTES, 1);
  refused(0, 1, SEND_BYTES);
  refused(0, 2 ** 32 - 1, 2);
  refused(0, 2, 2 ** 32 - 1);
  table.set([0, SEND_BYTES - 1, 1]);
  expect(socket.send(1)).toBe(0);
  for (const count of [native.mostToSend + 1, 2 ** 32 - 1, -1, Number.NaN]) {
    const attempt = (): number => socket.send(count);
    if (Number.isNaN(count)) expect(attempt()).toBe(0);
    else expect(attempt).toThrow('not there');
  }
});

it('nonsense is refused', () => {
  if (native === undefined) return;
  const { socket } = open(native);
  expect(socket.setDestination(native.destinations, '127.0.0.1', 9)).toBe(false);
  expect(socket.setDestination(0, '::1', 9)).toBe(false);
  expect(socket.setDestination(0, 'x'.repeat(500), 9)).toBe(false);
  expect(socket.setDestination(0, '127.0.0.1', 65_536)).toBe(false);
  expect(() => socket.sender(0)).toThrow('no such message');
  const { send } = socket as NativeSocket;
  expect(() => Reflect.apply(send, {}, [0])).toThrow();
  expect(() => Reflect.construct(native.Socket, [])).toThrow(TypeError);
  const short = [new Uint8Array(9), new Uint32Array(9), new Uint8Array(9), new Uint32Array(9)];
  expect(() => Reflect.construct(native.Socket, ['127.0.0.1', 0, ...short, () => {}])).toThrow(TypeError);
  socket.close();
  expect(() => socket.port()).toThrow(expect.objectContaining({ code: 'EBADF' }));
});

it('a thread may be ended while its socket is open and busy', () => {
  const script = `
    import { Worker } from 'node:worker_threads';
    const worker = new Worker(\`
      import { accelerator } from ${JSON.stringify(LOADER)};
      import { parentPort } from 'node:worker_threads';
      const a = accelerator();
      const table = new Uint32Array(3 * a.mostToSend);
      let messages = 0;
      const socket = new a.Socket('127.0.0.1', 0, new Uint8Array(a.receivedBytes),
        new Uint32Array(a.receivedWords), new Uint8Array(9), table, () => {
          socket.send(1);
          if (++messages === 9) parentPort.postMessage('busy');
        });
      socket.setDestination(0, '127.0.0.1', socket.port());
      table.set([0, 0, 9]);
      socket.send(1);
    \`, { eval: true });
    worker.once('message', async () => console.log('ended with', await worker.terminate()));`;
  expect(run(script)).toBe('ended with 1');
});
