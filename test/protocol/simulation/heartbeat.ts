/** What a client says to one server, for tests of the serving side by itself. */
import { COOKIE_BYTES, type Extent, type Subscribe, TYPE_SUBSCRIBE } from '../../../core/wire/datagram.ts';

export function heartbeatOf(fields: Partial<Subscribe>): Subscribe {
  return {
    type: TYPE_SUBSCRIBE,
    wantsHello: false,
    token: { high: 1, low: 2 },
    resource: '7e7e7e7e7e7e7e7e',
    cookie: new Uint8Array(COOKIE_BYTES),
    sequence: 1,
    lease: 1000,
    maxDatagram: 1184,
    rate: 1000,
    extents: [idsOf(0, 0, 1000)],
    ...fields,
  };
}

export function idsOf(block: number, from: number, count: number, offset = 0): Extent {
  return { offset, block, from, count };
}
