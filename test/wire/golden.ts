/** The golden records of docs/wire.md as the code has them. */
import {
  type ControlDatagram,
  type RainHeader,
  TYPE_HELLO,
  TYPE_MEMBER,
  TYPE_SORRY,
  TYPE_SUBSCRIBE,
  TYPE_UNSUBSCRIBE,
} from '../../core/wire/datagram.ts';
import { fromHex, goldenRecord } from './documented.ts';

export const CONTROL_NAMES = ['SUBSCRIBE', 'CHALLENGE', 'HELLO', 'SORRY', 'UNSUBSCRIBE', 'MEMBER'] as const;

const TYPES = {
  SUBSCRIBE: TYPE_SUBSCRIBE,
  CHALLENGE: TYPE_HELLO,
  HELLO: TYPE_HELLO,
  SORRY: TYPE_SORRY,
  UNSUBSCRIBE: TYPE_UNSUBSCRIBE,
  MEMBER: TYPE_MEMBER,
};

/** Fields that the document writes in hex and the code has as bytes. */
const BYTE_FIELDS = new Set(['cookie', 'name', 'ip', 'payload']);

export function goldenControl(name: (typeof CONTROL_NAMES)[number]): {
  datagram: ControlDatagram;
  bytes: Uint8Array;
} {
  const { values, bytes } = goldenRecord(name);
  const datagram = { type: TYPES[name], ...(parsed(values) as object) } as ControlDatagram;
  return { datagram, bytes };
}

export function goldenRain(): { header: RainHeader; bytes: Uint8Array } {
  const { values, bytes } = goldenRecord('RAIN');
  const { token, ...rest } = parsed(values) as { token: { high: number; low: number } };
  const header = { ...rest, tokenHigh: token.high, tokenLow: token.low } as RainHeader;
  return { header, bytes };
}

/** Tokens as two halves, bytes as bytes; everything else as it stands. */
function parsed(value: unknown, key = ''): unknown {
  if (typeof value === 'string' && key === 'token') {
    return { high: Number.parseInt(value.slice(0, 8), 16), low: Number.parseInt(value.slice(8), 16) };
  }
  if (typeof value === 'string' && BYTE_FIELDS.has(key)) return fromHex(value);
  if (Array.isArray(value)) return value.map((item) => parsed(item));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, parsed(field, name)]));
}
