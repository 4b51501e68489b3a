/**
 * Sends forged datagrams of all kinds to ports of this machine, so many a second to each until its input ends, in turns
 * from many addresses of 127.0.0.0/8, and prints how many datagrams it were.
 */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { seeded } from '../../core/protocol/random.ts';
import { CONTROL_NAMES, goldenControl, goldenRain } from '../wire/golden.ts';

const ADDRESSES = 250;
/** How often it sends, ms. */
const EVERY = 20;
/** Where these are in all datagrams but MEMBER. */
const TOKEN = { at: 4, bytes: 8 };
const RESOURCE = { at: 12, bytes: 8 };

const [rate = '', resource = '', ...ports] = process.argv.slice(2);
const random = seeded(7);
const kinds = [goldenRain().bytes, ...CONTROL_NAMES.map((name) => goldenControl(name).bytes)];
const sockets = await Promise.all(Array.from({ length: ADDRESSES }, (_, i) => open(`127.1.2.${i + 1}`)));
let datagrams = 0;

const timer = setInterval(() => {
  for (let i = 0; i < (Number(rate) * EVERY) / 1000; i++) {
    for (const port of ports) sockets[datagrams++ % ADDRESSES].send(forged(), Number(port), '127.0.0.1');
  }
}, EVERY);
process.stdin.once('end', () => {
  clearInterval(timer);
  for (const socket of sockets) socket.close();
  console.log(JSON.stringify({ datagrams }));
});
process.stdin.resume();

async function open(address: string): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(0, address);
  await once(socket, 'listening');
  // Nobody there any more: the flood is over.
  socket.on('error', () => undefined);
  return socket;
}

function forged(): Uint8Array {
  const bytes = kinds[random.u32() % kinds.length].slice();
  for (let i = 0; i < TOKEN.bytes; i++) bytes[TOKEN.at + i] = random.u32();
  // Half of them ask for what is there.
  if (random.u32() % 2 === 0 && bytes.length >= RESOURCE.at + RESOURCE.bytes) {
    bytes.set(Buffer.from(resource, 'hex'), RESOURCE.at);
  }
  return bytes;
}
