/**
 * Sends numbered datagrams to itself as fast as it may, and prints which numbers never arrived; to be run on a
 * loopback slower than that.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { bindUdp } from '../../core/engine/bind-udp.ts';

const LOOPBACK = '127.0.0.1';
const DATAGRAMS = 12_000;
const BYTES = 1200;

const missing = new Set(Array.from({ length: DATAGRAMS }, (_, number) => number));
let arrived = 0;
const { promise: all, resolve } = Promise.withResolvers<void>();
const receiver = await bindUdp({ port: 0, addresses: [LOOPBACK] }, (memory, at) => {
  missing.delete(new DataView(memory.buffer, memory.byteOffset).getUint32(at));
  if (++arrived === DATAGRAMS) resolve();
});
const sender = await bindUdp({ port: 0, addresses: [LOOPBACK] }, () => {});
let waits = 0;
/** Lets what was sent go, all of it or until there is room for more. */
async function drain(): Promise<void> {
  for (; sender.isFull; waits++) {
    await turn();
    sender.flush();
  }
}
for (let number = 0; number < DATAGRAMS; number++) {
  await drain();
  const { memory, place } = sender;
  new DataView(memory.buffer, memory.byteOffset).setUint32(place, number);
  sender.send(`${LOOPBACK}:${receiver.port}`, BYTES);
}
sender.flush();
await drain();
await all;
console.log(JSON.stringify({ missing: [...missing], waited: waits > 0 }));
await Promise.all([sender.close(), receiver.close()]);
