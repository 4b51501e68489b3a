/** MEMBER, to bytes and back: what the nodes of one Murky Waters say to each other, which means something to them alone. */
import {
  MAGIC,
  MAX_MEMBER_PAYLOAD,
  type Malformed,
  MEMBER_HEADER,
  type Member,
  TYPE_MEMBER,
  VERSION,
} from './datagram.ts';
import { copy } from './fields.ts';

export function readMember(b: Uint8Array): Member | Malformed {
  if (b.length <= MEMBER_HEADER) return 'short';
  if (b.length > MEMBER_HEADER + MAX_MEMBER_PAYLOAD) return 'length';
  if (b[2] !== 0 || b[3] !== 0) return 'reserved';
  return { type: TYPE_MEMBER, payload: copy(b, MEMBER_HEADER, b.length) };
}

/** Throws RangeError for a payload that no reader takes. */
export function writeMember({ payload }: Member): Uint8Array {
  if (payload.length === 0 || payload.length > MAX_MEMBER_PAYLOAD)
    throw new RangeError(`a payload of ${payload.length} bytes`);
  const b = new Uint8Array(MEMBER_HEADER + payload.length);
  b[0] = MAGIC;
  b[1] = (VERSION << 4) | TYPE_MEMBER;
  b.set(payload, MEMBER_HEADER);
  return b;
}
