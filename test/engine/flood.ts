/**
 * Sends numbered datagrams to itself as fast as it may, and prints which numbers never arrived; to be run on a
 * loopback slower than that.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { Udp } from '../../core/engine/udp.ts';

const LOOPBACK = '127.0.0.1';
const DATAGRAMS = 6000;
const BYTES = 1200;

const missing = new Set(Array.from({ length: DATAGRAMS }, (_, number) => number));
let arrived = 0;
const { promise: all, resolve } = Promise.withResolvers<void>();
const receiver = await Udp.bind({ port: 0, addresses: [LOOPBACK] }, (bytes) => {
  missing.delete(new DataView(bytes.buffer, bytes.byteOffset).getUint32(0));
  if (++arrived === DATAGRAMS) resolve();
});
const sender = await Udp.bind({ port: 0, addresses: [LOOPBACK] }, () => {});
let waits = 0;
for (let number = 0; number < DATAGRAMS; number++) {
  for (; sender.isFull; waits++) await turn();
  const datagram = sender.buffer.subarray(0, BYTES);
  new DataView(datagram.buffer, datagram.byteOffset).setUint32(0, number);
  sender.send(datagram, LOOPBACK, receiver.port);
}
await all;
console.log(JSON.stringify({ missing: [...missing], waited: waits > 0 }));
await Promise.all([sender.close(), receiver.close()]);
