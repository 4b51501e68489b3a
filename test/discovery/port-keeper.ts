/** Binds port 5353 without sharing it, says so, and keeps it until its input ends. */
import { createSocket } from 'node:dgram';

const socket = createSocket('udp4');
socket.bind(5353, () => process.stdout.write(`${JSON.stringify({ type: 'kept' })}\n`));
process.stdin.resume().on('end', () => socket.close());
