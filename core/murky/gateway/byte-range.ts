import type { ByteRange } from '../storage/entry-storage.ts';

/**
 * What a Range header asks of `size` bytes (RFC 9110, 14.1.2 and 14.2). Undefined: the whole, since there is no
 * header, or one that is not understood, malformed, or of several ranges, which may be answered so.
 * 'unsatisfiable': nothing of it is there.
 */
export function parseRange(
  header: string | undefined,
  size: number,
): ByteRange | 'unsatisfiable' | undefined {
  const match = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(header ?? '');
  if (match === null) return undefined;
  const [first, last] = [match[1], match[2]].map((digits) => (digits === '' ? undefined : Number(digits)));
  if (first === undefined) {
    if (last === undefined) return undefined;
    return last === 0 || size === 0 ? 'unsatisfiable' : { start: Math.max(0, size - last), end: size };
  }
  if (last !== undefined && last < first) return undefined;
  if (first >= size) return 'unsatisfiable';
  return { start: first, end: last === undefined ? size : Math.min(last + 1, size) };
}

/** The value of Content-Range: RFC 9110, 14.4. */
export function formatRange({ start, end }: ByteRange, size: number): string {
  return `bytes ${start}-${end - 1}/${size}`;
}
