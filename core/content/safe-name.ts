import { withoutUnseen } from '../plain-text.ts';
import { componentProblem, foldName, MAX_COMPONENT_BYTES } from './safe-path.ts';

/**
 * The name under which a resource is put on disk, made of a hint from a stranger: its last component, without
 * what {@link componentProblem} refuses, what is unseen and what Windows cannot write. It hides nothing, is no
 * option of a command, and is none that a system or a shell looks for by itself. `fallback`, itself safe (the
 * resource id), where nothing is left of it.
 */
export function safeName(hint: string, fallback: string): string {
  const last =
    hint
      .slice(0, MAX_HINT_LENGTH)
      .split(/[/\\]/)
      .findLast((part) => !/^[. ]*$/.test(part)) ?? '';
  const clean = withoutUnseen(withoutUnseen(last).normalize('NFC'))
    .replace(/[<>:"|?*]/g, '_')
    .replace(/^[.\-\s]+(?=.)/u, '_');
  const short = trimEnd(cutToBytes(clean, MAX_COMPONENT_BYTES));
  if (isUsable(short)) return short;
  // A device name, or one that is obeyed; with a character before it, it is none.
  const marked = trimEnd(cutToBytes(`_${short}`, MAX_COMPONENT_BYTES));
  return foldName(short) !== '' && isUsable(marked) ? marked : fallback;
}

function isUsable(name: string): boolean {
  return componentProblem(name) === undefined && !OBEYED.test(name);
}

/** What file managers of Windows take orders from, in whatever folder it lies. */
const OBEYED = /^(desktop\.ini|autorun\.inf|folder\.htt)$/i;

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
export function cutToBytes(text: string, bytes: number): string {
  let length = 0;
  let end = 0;
  for (const char of text) {
    length += Buffer.byteLength(char);
    if (length > bytes) break;
    end += char.length;
  }
  return text.slice(0, end);
}
