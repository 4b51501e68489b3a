/**
 * The limits of docs/wire.md, said a second time and by value, so that a reader that lets something through is
 * caught. Written for the million datagrams of the fuzz test: no expect(), no allocation on the way.
 */
import {
  type ControlDatagram,
  type Hello,
  type RainHeader,
  type Subscribe,
  TYPE_HELLO,
  TYPE_MEMBER,
  TYPE_SORRY,
  TYPE_SUBSCRIBE,
} from '../../core/wire/datagram.ts';

const U16 = 0xffff;
const U32 = 0xffff_ffff;

/** What is wrong with a datagram that a reader has accepted; undefined: nothing. */
export function controlProblem(d: ControlDatagram): string | undefined {
  if (d.type === TYPE_MEMBER) return d.payload.length > 0 && d.payload.length <= 1152 ? undefined : 'payload';
  if (!isUint(d.token.high, U32) || !isUint(d.token.low, U32)) return 'token';
  if ('resource' in d && !/^[0-9a-f]{16}$/.test(d.resource)) return 'resource';
  if ('cookie' in d && d.cookie.length !== 16) return 'cookie';
  if (d.type === TYPE_SUBSCRIBE) return subscribeProblem(d);
  if (d.type === TYPE_SORRY) return isUint(d.retryAfter, U16) ? undefined : 'retryAfter';
  return d.type === TYPE_HELLO && d.kind === 'resource' ? helloProblem(d) : undefined;
}

/** The same for a header of RAIN in a datagram of `length` bytes. */
export function rainProblem(header: RainHeader, length: number): string | undefined {
  const { count, symbolSize, id } = header;
  if (!isUint(count, 255) || count === 0) return 'count';
  if (!isUint(symbolSize, 1152) || symbolSize < 64 || symbolSize % 64 !== 0) return 'symbolSize';
  if (32 + count * symbolSize !== length || length > 65_507) return 'length';
  if (!isUint(id, U32) || id + count - 1 > U32) return 'id';
  if (!isUint(header.block, U32)) return 'block';
  if (!isUint(header.tokenHigh, U32) || !isUint(header.tokenLow, U32)) return 'token';
  if (!isUint(header.sequence, U32) || !isUint(header.timestamp, U32)) return 'sequence or timestamp';
  if (!isUint(header.echo, U16) || !isUint(header.echoDelay * 64, U16)) return 'echo';
  return typeof header.drained === 'boolean' ? undefined : 'drained';
}

function subscribeProblem(d: Subscribe): string | undefined {
  if (!isUint(d.sequence, U32) || !isUint(d.rate, U32) || !isUint(d.lease, U16)) return 'a number';
  if (!isUint(d.maxDatagram, 65_507) || d.maxDatagram < 96) return 'maxDatagram';
  if (d.extents.length > 64) return 'the number of extents';
  let end = 0;
  for (const { offset, block, from, count } of d.extents) {
    if (!isUint(offset, U32) || !isUint(block, U32) || !isUint(from, U32) || !isUint(count, U32))
      return 'extent';
    if (count === 0 || offset < end || from + count - 1 > U32) return 'the run of an extent';
    end = offset + count;
    if (end > U32) return 'places beyond 32 bits';
  }
  return undefined;
}

function helloProblem(d: Hello): string | undefined {
  if (!isUint(d.echo, U32) || !isUint(d.profile, 255)) return 'echo or profile';
  if (!isUint(d.manifestBytes, 64 * 2 ** 20) || d.manifestBytes === 0) return 'manifestBytes';
  if (!isUint(d.symbolSize, 1152) || d.symbolSize < 64 || d.symbolSize % 64 !== 0) return 'symbolSize';
  if (!isUint(d.blockSymbols, 1024) || d.blockSymbols < 4) return 'blockSymbols';
  if (d.name.length > 512 || d.peers.length > 16) return 'name or peers';
  for (const { ip, port } of d.peers) {
    if ((ip.length !== 4 && ip.length !== 16) || !isUint(port, U16) || port === 0) return 'peer';
  }
  return undefined;
}

function isUint(value: number, most: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= most;
}
