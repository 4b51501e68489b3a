/** SORRY, to bytes and back: why a server does not pour. */
import { type Malformed, SORRY_BYTES, type Sorry, type SorryReason, TYPE_SORRY } from './datagram.ts';
import { begin, put16, putResource, resource, token, u16 } from './fields.ts';

/** The place of a reason is its number on the wire. */
const REASONS: readonly SorryReason[] = ['absent', 'busy', 'version', 'refused'];

export function readSorry(b: Uint8Array): Sorry | Malformed {
  if (b.length !== SORRY_BYTES) return 'length';
  const reason: SorryReason | undefined = REASONS[b[2]];
  if (reason === undefined) return 'range';
  if (b[3] !== 0 || u16(b, 22) !== 0) return 'reserved';
  return {
    type: TYPE_SORRY,
    reason,
    token: token(b, 4),
    resource: resource(b, 12),
    retryAfter: u16(b, 20),
  };
}

export function writeSorry(d: Sorry): Uint8Array {
  const b = begin(SORRY_BYTES, TYPE_SORRY, d.token);
  b[2] = REASONS.indexOf(d.reason);
  putResource(b, 12, d.resource);
  put16(b, 20, d.retryAfter);
  return b;
}
