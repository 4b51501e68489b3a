/** UFTP 4, a file transfer over UDP with negative acknowledgements. It pushes: one receives, and is sent to. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Place, Running, Tool } from './tool.ts';

/** What the receiver needs to listen, ms; it does not say when it does. */
const START = 500;
/** Names of the two in their protocol. */
const SENDER = '0x00000001';
const RECEIVER = '0x00000002';
/** Of the sockets, bytes. */
const BUFFER = '4000000';
/** Of the content of a datagram, bytes: what fits a path of 1500. */
const BLOCK = '1400';

export const UFTP: Tool = { name: 'uftp', unlimited: true, start };

export function isUftpHere(): boolean {
  return ['uftp', 'uftpd'].every((program) => spawnSync(program, ['-?']).error === undefined);
}

/** From the first server alone, as fast as it goes. */
async function start({ network, addresses, file, folder, client, clientAddress }: Place): Promise<Running> {
  const received = join(folder, 'received');
  await mkdir(received, { recursive: true });
  const where = ['-I', clientAddress, '-D', received];
  const receiving = ['uftpd', '-d', '-q', '-t', '-U', RECEIVER, ...where, '-B', BUFFER];
  const [program, ...args] = [...client, ...receiving];
  const receiver = spawn(program, args, { stdio: 'ignore' });
  const ended = once(receiver, 'exit');
  await pause(START);
  const sending = ['uftp', '-q', '-U', SENDER, '-I', addresses[0], '-H', RECEIVER, '-M', clientAddress];
  const how = ['-R', '-1', '-r', '0.1', '-b', BLOCK, '-B', BUFFER];
  return {
    pids: receiver.pid === undefined ? [] : [receiver.pid],
    pushes: true,
    fetch: (to) => {
      const send = [...sending, ...how].join(' ');
      const move = `mv '${received}'/* '${dirname(to)}'`;
      return [...network.inServer(0), 'sh', '-c', `${send} '${file}' && ${move}`];
    },
    stop: async () => {
      receiver.kill();
      await ended;
    },
  };
}
