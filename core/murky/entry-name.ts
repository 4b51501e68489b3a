/** How people write the id of an entry, and how it is written for them. */
import type { EntryId } from './record.ts';

const MOST = 2n ** 64n - 1n;

/**
 * Digits alone are decimal, as in 2012, 16 of them too; `0x` and up to 16 hex digits are hex; 16 hex digits with a
 * letter among them are hex without the `0x`. Undefined for anything else.
 */
export function parseEntryName(text: string): EntryId | undefined {
  if (/^[0-9]{1,20}$/.test(text)) {
    const value = BigInt(text);
    return value <= MOST ? value.toString(16).padStart(16, '0') : undefined;
  }
  const hex = /^0x([0-9a-f]{1,16})$/i.exec(text)?.[1] ?? /^[0-9a-f]{16}$/i.exec(text)?.[0];
  return hex?.toLowerCase().padStart(16, '0');
}

/** The shortest that {@link parseEntryName} takes for this id: hex, with `0x` where it would be taken for decimal. */
export function formatEntryName(id: EntryId): string {
  return /[a-f]/.test(id) ? id : `0x${id}`;
}
