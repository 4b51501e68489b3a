import { componentProblem, foldName, MAX_COMPONENT_BYTES } from './safe-path.ts';

/**
 * The name under which a resource is put on disk, made of a hint from a stranger: its last component, without
 * what {@link componentProblem} refuses and what Windows cannot write. `fallback`, itself safe (the resource
 * id), where nothing is left of it.
 */
export function safeName(hint: string, fallback: string): string {
  const last =
    hint
      .slice(0, MAX_HINT_LENGTH)
      .split(/[/\\]/)
      .findLast((part) => !/^[. ]*$/.test(part)) ?? '';
  const clean = last
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffd]/gu, '')
    .replace(/[<>:"|?*]/g, '_')
    .trim();
  const short = trimEnd(cutToBytes(clean, MAX_COMPONENT_BYTES));
  const problem = componentProblem(short);
  if (problem === undefined) return short;
  // A device name; with a character before it, it is none.
  const marked = trimEnd(cutToBytes(`_${short}`, MAX_COMPONENT_BYTES));
  return foldName(short) !== '' && componentProblem(marked) === undefined ? marked : fallback;
}

/**
 * `name` with `suffix` put in front of its extension (" (2)") or, `atEnd`, behind it (".part"); shortened to
 * fit a directory entry.
 */
export function withSuffix(name: string, suffix: string, where: 'before-extension' | 'at-end'): string {
  const dot = where === 'at-end' ? -1 : name.lastIndexOf('.');
  const stem = dot > 0 ? name.slice(0, dot) : name;
  const extension = dot > 0 ? name.slice(dot) : '';
  const tail = suffix + extension;
  const room = MAX_COMPONENT_BYTES - Buffer.byteLength(tail);
  // An extension that leaves no room for a stem is none.
  if (room < 1) return cutToBytes(name, MAX_COMPONENT_BYTES - Buffer.byteLength(suffix)) + suffix;
  return cutToBytes(stem, room) + tail;
}

/** Bounds the work on a hint of any length; no name of 255 bytes is longer in UTF-16. */
const MAX_HINT_LENGTH = 4096;

function trimEnd(name: string): string {
  return name.replace(/[. ]+$/, '');
}

/** The longest beginning of `text` in whole code points that is at most `bytes` long in UTF-8. */
function cutToBytes(text: string, bytes: number): string {
  let length = 0;
  let end = 0;
  for (const char of text) {
    length += Buffer.byteLength(char);
    if (length > bytes) break;
    end += char.length;
  }
  return text.slice(0, end);
}
