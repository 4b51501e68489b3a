/**
 * Clients of the benchmark that have subscribed and order nothing: they have no room for a block. From several
 * addresses, since one has no more than 256 subscriptions.
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { Alarm } from '../../core/engine/alarm.ts';
import { cryptographic } from '../../core/engine/cryptographic.ts';
import type { Basin } from '../../core/protocol/basin.ts';
import { Client } from '../../core/protocol/client.ts';
import type { Session } from '../../core/protocol/session.ts';
import { readControl } from '../../core/wire/control.ts';
import { BASE_DATAGRAM, RAIN_HEADER, TYPE_HELLO, TYPE_SORRY } from '../../core/wire/datagram.ts';
import { emptyRainHeader, isRain, readRain } from '../../core/wire/rain.ts';

export interface IdleOrder {
  readonly clients: number;
  readonly resource: string;
  readonly port: number;
}

const SERVER = '127.0.0.1';
const HOSTS = 5;

/** No room, ever. */
const FULL: Basin = {
  begin: () => undefined,
  open: () => false,
  put: () => 0,
  decode: () => undefined,
  expel: () => undefined,
  impound: () => undefined,
  recall: () => [],
  discard: () => undefined,
};

interface Idler {
  readonly client: Client;
  readonly session: Session;
}

async function idleAt(host: string, { clients, resource, port }: IdleOrder): Promise<readonly Idler[]> {
  const socket = createSocket({ type: 'udp4', lookup: (name, _options, done) => done(null, name, 4) });
  const listening = once(socket, 'listening');
  socket.bind(0, host);
  await listening;
  const header = emptyRainHeader();
  const byToken = new Map<string, Idler>();
  for (let i = 0; i < clients; i++) {
    const config = {
      resource,
      window: 28,
      random: cryptographic(),
      maxDatagram: () => BASE_DATAGRAM,
      profile: 1,
    };
    const client = new Client(config, FULL);
    const session = client.addServer(performance.now(), `${SERVER}:${port}`, 'asked');
    if (session !== undefined) byToken.set(`${session.token.high}.${session.token.low}`, { client, session });
  }
  const all = [...byToken.values()];
  const alarm = new Alarm(() => performance.now(), pump);
  function pump(): void {
    const now = performance.now();
    let next = Number.POSITIVE_INFINITY;
    for (const { client } of all) {
      for (let out = client.pollTransmit(now); out !== undefined; out = client.pollTransmit(now)) {
        socket.send(out.bytes, port, SERVER);
      }
      next = Math.min(next, client.pollTimeout());
    }
    alarm.set(Math.max(now + 1, next));
  }
  socket.on('message', (bytes) => {
    if (isRain(bytes)) {
      if (readRain(bytes, header) !== undefined) return;
      const idler = byToken.get(`${header.tokenHigh}.${header.tokenLow}`);
      idler?.client.handleRain(performance.now(), idler.session, header, bytes, RAIN_HEADER);
      return;
    }
    const datagram = readControl(bytes);
    if (typeof datagram === 'string') return;
    if (datagram.type !== TYPE_HELLO && datagram.type !== TYPE_SORRY) return;
    const idler = byToken.get(`${datagram.token.high}.${datagram.token.low}`);
    idler?.client.handleControl(performance.now(), idler.session, datagram);
    pump();
  });
  pump();
  return all;
}

const order: IdleOrder = JSON.parse(process.argv[2]);
const each = { ...order, clients: order.clients / HOSTS };
const all = await Promise.all(Array.from({ length: HOSTS }, (_, i) => idleAt(`127.0.0.${i + 1}`, each)));
process.on('message', () => process.send?.(all.flat().filter(({ session }) => session.live).length));
process.on('disconnect', () => process.exit());
