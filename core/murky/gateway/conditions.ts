/** Conditional requests by entity tags, RFC 9110, 13. Entries have strong tags, and no dates. */

/** The value of ETag for an entry with this tag. */
export function formatTag(tag: string): string {
  return `"${tag}"`;
}

/** Whether a list such as `"a", W/"b"` or `*` names what is there; `current` is undefined when nothing is. */
function names(list: string, current: string | undefined, comparison: 'strong' | 'weak'): boolean {
  if (current === undefined) return false;
  if (list.trim() === '*') return true;
  const tags = list.match(/(?:W\/)?"[^"]*"/g) ?? [];
  return tags.some((tag) => (comparison === 'weak' ? tag.replace(/^W\//, '') : tag) === current);
}

export interface Conditions {
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
}

/**
 * What a request is answered with before anything is done: 412, 304 for a read of what the client has, or
 * undefined to go on. `current` is the ETag of what is there.
 */
export function refusal(
  { ifMatch, ifNoneMatch }: Conditions,
  current: string | undefined,
  method: 'read' | 'write',
): 304 | 412 | undefined {
  if (ifMatch !== undefined && !names(ifMatch, current, 'strong')) return 412;
  if (ifNoneMatch !== undefined && names(ifNoneMatch, current, 'weak')) return method === 'read' ? 304 : 412;
  return undefined;
}

/** Whether a Range is to be honoured. A date never matches: entries have none. */
export function rangeHolds(ifRange: string | undefined, current: string): boolean {
  return ifRange === undefined || ifRange.trim() === current;
}
