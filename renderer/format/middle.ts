/** Where to cut a name that is too long for its place, so that its end stays to be seen. */

/** Characters at the end that are never cut: an ending like `.tar.gz`, and a few before it. */
const TAIL = 12;

/** Splits a name into what may be shortened and what may not; together they are the name. */
export function splitName(name: string): { readonly head: string; readonly tail: string } {
  const characters = [...name];
  if (characters.length <= 2 * TAIL) return { head: name, tail: '' };
  return {
    head: characters.slice(0, -TAIL).join(''),
    tail: characters.slice(-TAIL).join(''),
  };
}
