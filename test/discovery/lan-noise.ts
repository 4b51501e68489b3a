/**
 * A stranger: multicasts an announcement (node ffffffffffffffff, port 1980) and then malformed packets, all from one
 * seed. Arguments: address and port to send from, seed, number of malformed packets. Says `done` when it is through.
 */
import { createSocket } from 'node:dgram';
import { mutants, truePackets } from './mutants.ts';

const GROUP = '224.0.0.251';
const [own, port, seed, count] = process.argv.slice(2);

const socket = createSocket({ type: 'udp4', reuseAddr: true });
socket.bind(Number(port), () => {
  socket.setMulticastInterface(own);
  socket.setMulticastTTL(255);
  void pour();
});

async function pour(): Promise<void> {
  const [announcement] = truePackets();
  for (const packet of [announcement, ...mutants(truePackets(), Number(seed), Number(count))]) {
    await new Promise((resolve) => socket.send(packet, 5353, GROUP, resolve));
  }
  process.stdout.write(`${JSON.stringify({ type: 'done' })}\n`);
  socket.close();
}
