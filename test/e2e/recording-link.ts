/** A way between one client and one server on which everything is kept that was sent. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';

const LOOPBACK = '127.0.0.1';

export class RecordingLink {
  /** Both ways. */
  readonly datagrams: Buffer[] = [];
  readonly #front: Socket;

  private constructor(front: Socket, back: Socket, to: number) {
    this.#front = front;
    let client = 0;
    front.on('message', (datagram, { port }) => {
      client = port;
      this.datagrams.push(datagram);
      back.send(datagram, to, LOOPBACK);
    });
    back.on('message', (datagram) => {
      this.datagrams.push(datagram);
      front.send(datagram, client, LOOPBACK);
    });
  }

  /** `to`: port of the server. It is closed when the running test ends. */
  static async open(to: number): Promise<RecordingLink> {
    const sockets = [createSocket('udp4'), createSocket('udp4')];
    onTestFinished(() => {
      for (const socket of sockets) socket.close();
    });
    for (const socket of sockets) {
      socket.bind(0, LOOPBACK);
      await once(socket, 'listening');
    }
    return new RecordingLink(sockets[0], sockets[1], to);
  }

  get address(): string {
    return `${LOOPBACK}:${this.#front.address().port}`;
  }

  /** Whether any `length` bytes in a row of `secret` are somewhere in what was sent. */
  carried(secret: Uint8Array, length: number): boolean {
    const text = Buffer.from(secret).toString('latin1');
    const windows = new Set<string>();
    for (let at = 0; at + length <= text.length; at++) windows.add(text.slice(at, at + length));
    return this.datagrams.some((datagram) => {
      const sent = datagram.toString('latin1');
      for (let at = 0; at + length <= sent.length; at++) {
        if (windows.has(sent.slice(at, at + length))) return true;
      }
      return false;
    });
  }
}
