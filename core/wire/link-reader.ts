import { Failure } from '../failure.ts';
import { type Address, formatAddress, parseAddress } from './address.ts';
import { fromBase64url } from './base64url.ts';
import { displayName, type Link, MAX_LINK_LENGTH, MAX_LINK_SERVERS, type ResourceId } from './link.ts';

const ID_DIGITS = 16;
const KEY_CHARACTERS = 22;
const DIGEST_CHARACTERS = 32;

/** A line break, with the indentation and the marks of quotation that a mail puts after it. */
const BREAK = '[^\\S\\r\\n]*[\\r\\n\\u2028\\u2029][\\s>|]*';
/** What people write between the digits of an id; U+2010..2015 and U+2212 are what word processors make of a minus. */
const SEPARATORS = /(?:[\r\n\u2028\u2029][\s>|]*|[\s\-\u2010-\u2015\u2212])*/y;
const CODE = /[\w-]+/y;
const SCHEME = /rain:[\s>|]*(?:\/\/)?/iy;
const FIELD = `[\\w-]+(?:${BREAK})?=`;
const LINE_BREAK = new RegExp(BREAK, 'y');
/** Words that have lines for themselves. */
const LINES = new RegExp(`\\S+(?:${BREAK}\\S+){0,8}`, 'y');
/** A dot alone may end a sentence. */
const BEFORE_KEY = new RegExp(`(?:${BREAK})?\\.(?=[\\w-])|\\.${BREAK}(?=[\\w-]{22}(?![\\w-]))`, 'y');
const BEFORE_QUERY = new RegExp(`/*\\?(?=[\\w%&-])|/*(?:${BREAK})?[?&](?:${BREAK})?(?=${FIELD})`, 'iy');
const BETWEEN_FIELDS = new RegExp(`(?:${BREAK})?&(?:${BREAK})?(?=${FIELD})|&`, 'iy');
/** Never part of a link, but of what is around it; so is all punctuation beyond ASCII but an apostrophe in a word. */
const AROUND = /["<>`|\\^#\p{Cc}]|(?!\p{ASCII})[\p{P}\p{C}]/u;
const CLOSING: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

export interface LinkReading {
  readonly link: Link;
  /** What this version does not know, or has no room for: to be told and not to be lost in silence. */
  readonly ignored: readonly string[];
}

/**
 * Reads the link at the beginning of `text`, with or without `rain:`, and stops where it ends. `closing` ends it, too:
 * the counterpart of what stands before it. Throws Failure('bad-link') that says what is wrong with which part.
 */
export function readLinkAt(text: string, closing = ''): LinkReading {
  return new LinkReader(decodedStructure(text), closing).read();
}

/** Undoes percent-encoding of a link that was encoded as a whole: then an escape comes before any `=`. */
function decodedStructure(text: string): string {
  for (let times = 0; times < 3; times++) {
    const [token] = /^\S*/.exec(text) ?? [''];
    const at = token.search(/%[0-9a-f]{2}/i);
    if (at < 0 || token.slice(0, at).includes('=')) break;
    text = decodeEscapes(token) + text.slice(token.length);
  }
  return text;
}

/** Escapes that are broken stay, for the reader of the part that they are in to complain. */
export function decodeEscapes(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => {
    try {
      return decodeURIComponent(run);
    } catch {
      return run;
    }
  });
}

class LinkReader {
  readonly #text: string;
  readonly #closing: string;
  readonly #ignored: string[] = [];
  #at = 0;

  constructor(text: string, closing: string) {
    this.#text = text;
    this.#closing = closing;
  }

  read(): LinkReading {
    this.#take(SCHEME);
    const id = this.#id();
    const key =
      this.#take(BEFORE_KEY) === '' ? undefined : this.#code(KEY_CHARACTERS, 'the key after the dot');
    const hints = this.#take(BEFORE_QUERY) === '' ? { servers: [] } : this.#hints(id);
    const path = this.#take(/[/@=+%$]+[\w%]\S*|:\d\S*/y);
    if (path !== '') throw bad(`"${path.slice(0, 40)}" cannot stand there`, this.#at - path.length);
    const fragment = this.#take(/#[^\s<>"]+/y);
    if (fragment !== '') this.#ignored.push(fragment);
    if (this.#at > MAX_LINK_LENGTH) throw bad(`it is longer than ${MAX_LINK_LENGTH} characters`);
    return { link: { id, ...(key && { key }), ...hints }, ignored: this.#ignored };
  }

  #id(): ResourceId {
    const start = this.#at;
    let digits = '';
    while (digits.length < ID_DIGITS) {
      const between = this.#peek(SEPARATORS);
      const run = this.#peek(/[0-9a-z]+/iy, between.length);
      const fits = /^[0-9a-f]+$/i.test(run) && digits.length + run.length <= ID_DIGITS;
      // Behind a space the next word of a sentence may stand.
      if (run === '' || (digits !== '' && !fits && /\s/.test(between))) break;
      this.#at += between.length + run.length;
      digits += run;
    }
    const more = this.#peek(/-[0-9a-f]{4}(?![0-9a-z])/iy);
    digits = (digits + more.slice(1)).toLowerCase();
    const stranger = /[^0-9a-f]/.exec(digits);
    if (digits === '') throw bad('the id is missing');
    if (stranger !== null) throw bad(`"${stranger[0]}" is no hex digit (0-9, a-f)`, start + stranger.index);
    if (digits.length < ID_DIGITS) throw bad(`too short: got ${digits.length} of ${ID_DIGITS} digits`);
    if (digits.length > ID_DIGITS) throw bad(`too long: got ${digits.length} digits instead of ${ID_DIGITS}`);
    return digits as ResourceId;
  }

  /** `length` characters of base64url, also in several lines. */
  #code(length: number, what: string): Uint8Array {
    const start = this.#at;
    let code = this.#take(CODE);
    while (code.length < length) {
      const lineBreak = this.#peek(LINE_BREAK);
      const rest = lineBreak === '' ? '' : this.#peek(CODE, lineBreak.length);
      if (rest === '' || code.length + rest.length > length) break;
      this.#at += lineBreak.length + rest.length;
      code += rest;
    }
    const stranger = this.#peek(code.length < length ? /[^\s.,;:!?&#<>"')\]}]/y : /[+=%$@]/y);
    if (stranger !== '') throw bad(`"${stranger}" cannot be in ${what}`, this.#at);
    // Of Markdown, or a dash: nothing that could go on follows.
    const ornament = /^[_-]+$/.test(code.slice(length)) && this.#peek(/[?&/.]\w/y) === '';
    if (ornament) code = code.slice(0, length);
    if (code.length !== length)
      throw bad(`${what} must be ${length} characters, and has ${code.length}`, start);
    const bytes = fromBase64url(code);
    if (bytes === undefined)
      throw bad(`${what} is mistyped: its last character cannot stand there`, start + length - 1);
    return bytes;
  }

  #hints(id: ResourceId): Pick<Link, 'digest' | 'name' | 'servers'> {
    let digest: Uint8Array | undefined;
    let name: { readonly shown: string | undefined } | undefined;
    const servers = new Map<string, Address>();
    do {
      const start = this.#at;
      const [field] = this.#take(new RegExp(FIELD, 'y')).split(/[^\w-]/);
      if (field === 'd') {
        if (digest !== undefined) throw bad('d= is given twice', start);
        digest = joinDigest(id, this.#code(DIGEST_CHARACTERS, 'the digest in d='));
      } else if (field === 'n') {
        if (name !== undefined) throw bad('n= is given twice', start);
        // Forms write a space as a plus; a plus that is meant is escaped.
        name = { shown: displayName(decoded(this.#value('').replaceAll('+', '%20'), 'n=', start)) };
      } else if (field === 's') {
        const written = this.#value('server');
        const address = parseServer(decoded(written, 's=', start), start);
        if (servers.size < MAX_LINK_SERVERS) servers.set(formatAddress(address), address);
        else if (!servers.has(formatAddress(address))) this.#ignored.push(`s=${written}`);
      } else {
        this.#value('');
        const unknown = this.#text.slice(start, this.#at);
        if (unknown !== '') this.#ignored.push(unknown);
      }
    } while (this.#take(BETWEEN_FIELDS) !== '');
    return {
      ...(digest && { digest }),
      ...(name?.shown !== undefined && { name: name.shown }),
      servers: [...servers.values()],
    };
  }

  /** Up to the next field or the end of the link; brackets in pairs belong to it, punctuation at its end does not. */
  #value(kind: 'server' | ''): string {
    let value = '';
    const open: string[] = [];
    while (this.#at < this.#text.length) {
      const char = String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0);
      if (/\s/.test(char)) {
        const lineBreak = this.#peek(LINE_BREAK);
        if (lineBreak === '' || !this.#goesOn(lineBreak.length, value, kind, open.length > 0)) break;
        this.#at += lineBreak.length;
        continue;
      }
      if (char === '&' || char === this.#closing || this.#isAround(char)) break;
      if (char in CLOSING) open.push(CLOSING[char]);
      else if (/[)\]}]/.test(char) && open.pop() !== char) break;
      value += char;
      this.#at += char.length;
    }
    if (this.#text[this.#at] === '&') return value;
    const kept = value.replace(/[.,;:!?'*_~]+$/, '');
    this.#at -= value.length - kept.length;
    return kept;
  }

  #isAround(char: string): boolean {
    const isApostrophe = char === '\u2019' && /^\p{L}.\p{L}/u.test(this.#text.slice(this.#at - 1));
    return !isApostrophe && AROUND.test(char);
  }

  /** Whether a value goes on behind a line break: what follows can be nothing else, or it is not whole without. */
  #goesOn(skip: number, value: string, kind: 'server' | '', isOpen: boolean): boolean {
    const words = this.#peek(LINES, skip);
    const [word] = words.split(/\s/);
    if (word === '' || words.includes('://')) return false;
    if (value === '' || isOpen || /%[0-9a-f]?$/i.test(value) || /&[\w-]+=|%[0-9a-f]{2}/i.test(words))
      return true;
    const isAlone = /^\s*?(?:[\r\n]|$)/.test(this.#text.slice(this.#at + skip + word.length));
    if (kind !== 'server' || !isAlone) return false;
    if (/:\d*$/.test(value)) return /^\d{1,5}$/.test(word);
    return !/:\d+$/.test(value) && /^[\w.-]*:\d{1,5}$/.test(word);
  }

  /** What `pattern`, a sticky one, matches here and `skip` characters on; empty: nothing. */
  #peek(pattern: RegExp, skip = 0): string {
    pattern.lastIndex = this.#at + skip;
    return pattern.exec(this.#text)?.[0] ?? '';
  }

  #take(pattern: RegExp): string {
    const taken = this.#peek(pattern);
    this.#at += taken.length;
    return taken;
  }
}

function joinDigest(id: ResourceId, rest: Uint8Array): Uint8Array {
  const digest = new Uint8Array(32);
  for (let i = 0; i < 8; i++) digest[i] = Number.parseInt(id.slice(2 * i, 2 * i + 2), 16);
  digest.set(rest, 8);
  return digest;
}

function parseServer(text: string, at: number): Address {
  try {
    return parseAddress(text);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw bad(`in s=, ${error.message}`, at);
  }
}

function decoded(text: string, where: string, at: number): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw bad(`${where} has a broken percent escape`, at);
  }
}

/** `at`: which character of the link it is about, from 0. */
export function bad(reason: string, at?: number): Failure {
  return new Failure(
    'bad-link',
    `This is no rain link: ${reason}${at === undefined ? '' : ` (character ${at + 1} of the link)`}.`,
    'A link looks like rain:0123456789abcdef; copy it again, all of it.',
  );
}
