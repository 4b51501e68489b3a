/** Every datagram but RAIN, to bytes and back; which of them it is. */
import {
  type ControlDatagram,
  MAGIC,
  type Malformed,
  MEMBER_HEADER,
  SORRY_BYTES,
  TYPE_HELLO,
  TYPE_MEMBER,
  TYPE_SORRY,
  TYPE_SUBSCRIBE,
  TYPE_UNSUBSCRIBE,
  VERSION,
} from './datagram.ts';
import { readHello, writeHello } from './hello.ts';
import { readMember, writeMember } from './member.ts';
import { readSorry, writeSorry } from './sorry.ts';
import { readSubscribe, readUnsubscribe, writeSubscribe, writeUnsubscribe } from './subscribe.ts';

/**
 * Reads everything but RAIN: the exact length, every bound and every reserved bit is checked, and nothing is
 * allocated in proportion to what the datagram claims. The result holds copies, no views of `bytes`.
 */
export function readControl(bytes: Uint8Array): ControlDatagram | Malformed {
  if (bytes.length < MEMBER_HEADER) return 'short';
  if (bytes[0] !== MAGIC) return 'magic';
  if (bytes[1] >>> 4 !== VERSION) return 'version';
  const type = bytes[1] & 15;
  if (type === TYPE_MEMBER) return readMember(bytes);
  // The shortest of the others.
  if (bytes.length < SORRY_BYTES) return 'short';
  switch (type) {
    case TYPE_SUBSCRIBE:
      return readSubscribe(bytes);
    case TYPE_HELLO:
      return readHello(bytes);
    case TYPE_SORRY:
      return readSorry(bytes);
    case TYPE_UNSUBSCRIBE:
      return readUnsubscribe(bytes);
    default:
      return 'type';
  }
}

/**
 * Bytes of any datagram but RAIN. Trusts the numbers in its argument; throws RangeError for a list that is longer
 * than any reader takes, and leaves out a name that is.
 */
export function writeControl(datagram: ControlDatagram): Uint8Array {
  switch (datagram.type) {
    case TYPE_SUBSCRIBE:
      return writeSubscribe(datagram);
    case TYPE_HELLO:
      return writeHello(datagram);
    case TYPE_SORRY:
      return writeSorry(datagram);
    case TYPE_UNSUBSCRIBE:
      return writeUnsubscribe(datagram);
    case TYPE_MEMBER:
      return writeMember(datagram);
  }
}
