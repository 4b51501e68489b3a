// @module-tag real-time
/** The native part on a machine that loses its network for a moment. */
import { execFileSync } from 'node:child_process';
import { expect, onTestFinished, test } from 'vitest';
import { accelerator } from '../../core/engine/accelerator/accelerator.ts';
import { whyNoNamespaces } from '../discovery/namespaces.ts';

const LOADER = new URL('../../core/engine/accelerator/accelerator.ts', import.meta.url).href;
const why = accelerator() === undefined ? 'no accelerator' : whyNoNamespaces();
if (why !== undefined) console.warn(`NOT TESTED: a route that is lost (${why})`);

/** Sends a run of four datagrams to itself with a route, without one and with one again; prints how each came. */
const SCRIPT = `
  import { execFileSync } from 'node:child_process';
  import { once, EventEmitter } from 'node:events';
  import { accelerator } from ${JSON.stringify(LOADER)};
  const { Socket, receivedBytes, receivedWords, mostToSend } = accelerator();
  const [table, words] = [new Uint32Array(3 * mostToSend), new Uint32Array(receivedWords)];
  const news = new EventEmitter();
  const told = (messages) => news.emit('came', messages);
  const memory = [new Uint8Array(receivedBytes), words, new Uint8Array(4096), table];
  const socket = new Socket('0.0.0.0', 0, ...memory, told);
  socket.setDestination(0, '10.77.0.1', socket.port());
  const send = () => {
    for (let i = 0; i < 4; i++) table.set([0, 100 * i, 100], 3 * i);
    socket.send(4);
  };
  const sent = async () => {
    const came = once(news, 'came');
    send();
    const [messages] = await came;
    return [messages, words[1], words[2]];
  };
  const before = await sent();
  execFileSync('ip', ['addr', 'del', '10.77.0.1/32', 'dev', 'lo']);
  send();
  execFileSync('ip', ['addr', 'add', '10.77.0.1/32', 'dev', 'lo']);
  console.log(JSON.stringify({ before, after: await sent() }));
  socket.close();
`;

test.skipIf(why !== undefined)('runs get through as before when the route is back', () => {
  const name = `rain-${process.pid}-route`;
  const inside = (...command: string[]): string =>
    execFileSync('ip', ['netns', 'exec', name, ...command], { encoding: 'utf8', timeout: 20_000 });
  execFileSync('ip', ['netns', 'add', name]);
  onTestFinished(() => void execFileSync('ip', ['netns', 'del', name]));
  inside('ip', 'link', 'set', 'lo', 'up');
  inside('ip', 'addr', 'add', '10.77.0.1/32', 'dev', 'lo');
  const { before, after } = JSON.parse(inside(process.execPath, '--input-type=module', '--eval', SCRIPT));
  expect(before).toEqual([1, 400, 100]);
  expect(after).toEqual(before);
});
