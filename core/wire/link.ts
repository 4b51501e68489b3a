import { Failure } from '../failure.ts';
import { withoutUnseen } from '../plain-text.ts';
import { type Address, formatAddress, parseAddress } from './address.ts';
import { fromBase64url, toBase64url } from './base64url.ts';

/**
 * 16 lower-case hex digits: the first 8 bytes of BLAKE3 of the manifest. The brand is structural, so that this
 * type and that of core/content, which knows nothing of links, are the same.
 */
export type ResourceId = string & { readonly brand: 'ResourceId' };

/**
 * What a person passes on:
 *
 *     rain:<16 hex>[.<content key: 22 base64url>][?d=<32 base64url>&n=<name>&s=<host:port>&s=...]
 */
export interface Link {
  readonly id: ResourceId;
  /** 16 bytes; present for a private resource. */
  readonly key?: Uint8Array;
  /** All 32 bytes of BLAKE3 of the manifest, the id being the first 8; `d=` carries the other 24. */
  readonly digest?: Uint8Array;
  /** To be shown only: what a file is called on disk goes through safeName of core/content. */
  readonly name?: string;
  readonly servers: readonly Address[];
}

export const MAX_LINK_LENGTH = 8192;
export const MAX_LINK_SERVERS = 16;
const MAX_NAME_LENGTH = 255;
const ID_DIGITS = 16;
const KEY_CHARACTERS = 22;
const DIGEST_CHARACTERS = 32;

/**
 * Understands a link or a bare id as people paste it: spaces, dashes, capitals, `rain:` or `rain://` or nothing
 * in front, quotes or angle brackets around. Unknown query keys are ignored, and servers after the first 16.
 * Throws Failure('bad-link') that says what is wrong.
 */
export function parseLink(text: string): Link {
  if (text.length > MAX_LINK_LENGTH) throw bad(`it is longer than ${MAX_LINK_LENGTH} characters`);
  const [head, query] = cut(withoutScheme(withoutWrapping(text)), '?');
  const [idText, keyText] = cut(head.replace(/\/+\s*$/, ''), '.');
  const id = parseResourceId(idText);
  const key = keyText === undefined ? undefined : parseKey(keyText);
  return { id, ...(key && { key }), ...parseHints(id, query ?? '') };
}

/**
 * The one spelling of a link. Servers after the first 16 are left out, a name is cut to what is shown.
 * Throws RangeError where the key or digest has the wrong length or the digest is not that of the id.
 */
export function formatLink(link: Link): string {
  let text = `rain:${link.id}`;
  if (link.key !== undefined) {
    if (link.key.length !== 16) throw new RangeError('a content key has 16 bytes');
    text += `.${toBase64url(link.key)}`;
  }
  const hints: string[] = [];
  if (link.digest !== undefined) {
    if (link.digest.length !== 32 || toHex(link.digest.subarray(0, 8)) !== link.id)
      throw new RangeError('the digest is not that of the id');
    hints.push(`d=${toBase64url(link.digest.subarray(8))}`);
  }
  const name = displayName(link.name ?? '');
  if (name !== undefined) hints.push(`n=${escaped(name)}`);
  for (const server of link.servers.slice(0, MAX_LINK_SERVERS))
    hints.push(`s=${formatAddress(server).replaceAll('%', '%25')}`);
  return hints.length === 0 ? text : `${text}?${hints.join('&')}`;
}

/** Understands an id alone, as {@link parseLink} does; throws Failure('bad-link'). */
function parseResourceId(text: string): ResourceId {
  // U+2010..2015 are the dashes that word processors make of a minus; U+200B and U+FEFF come along unseen.
  const digits = text.replace(/[\s\-\u2010-\u2015\u2212\u200b\ufeff]/gu, '').toLowerCase();
  if (digits === '') throw bad('the id is missing');
  const stranger = /[^0-9a-f]/u.exec(digits);
  if (stranger !== null) throw bad(`"${stranger[0]}" is no hex digit (0-9, a-f)`);
  if (digits.length < ID_DIGITS) throw bad(`too short: got ${digits.length} of ${ID_DIGITS} digits`);
  if (digits.length > ID_DIGITS) throw bad(`too long: got ${digits.length} digits instead of ${ID_DIGITS}`);
  return digits as ResourceId;
}

function withoutWrapping(text: string): string {
  return text.replace(/^[\s<"'`“”‘’«»(]+/u, '').replace(/[\s>"'`“”‘’«»)]+$/u, '');
}

function withoutScheme(text: string): string {
  const scheme = /^([a-z][a-z0-9+.-]*)\s*:\s*(?:\/\/)?/i.exec(text);
  if (scheme === null) return text;
  if (scheme[1].toLowerCase() !== 'rain') throw bad(`it starts with "${scheme[1]}:" and not with "rain:"`);
  return text.slice(scheme[0].length);
}

function cut(text: string, at: string): [string, string | undefined] {
  const index = text.indexOf(at);
  return index < 0 ? [text, undefined] : [text.slice(0, index), text.slice(index + 1)];
}

function parseKey(text: string): Uint8Array {
  return parseBytes(text, KEY_CHARACTERS, 'the key after the dot');
}

function parseBytes(text: string, characters: number, what: string): Uint8Array {
  const clean = text.replace(/\s/gu, '');
  const stranger = /[^A-Za-z0-9_-]/u.exec(clean);
  if (stranger !== null) throw bad(`"${stranger[0]}" cannot be in ${what}`);
  if (clean.length !== characters)
    throw bad(`${what} must be ${characters} characters, and has ${clean.length}`);
  const bytes = fromBase64url(clean);
  if (bytes === undefined) throw bad(`${what} is mistyped: its last character cannot stand there`);
  return bytes;
}

function parseHints(id: ResourceId, query: string): Pick<Link, 'digest' | 'name' | 'servers'> {
  let digest: Uint8Array | undefined;
  let name: string | undefined;
  const servers = new Map<string, Address>();
  for (const field of query.split('&')) {
    const [key, value] = cut(field.trim(), '=');
    if (key === 'd') {
      if (digest !== undefined) throw bad('d= is given twice');
      digest = joinDigest(id, parseBytes(value ?? '', DIGEST_CHARACTERS, 'the digest in d='));
    } else if (key === 'n') {
      name ??= displayName(percentDecoded(value ?? '', 'n='));
    } else if (key === 's' && servers.size < MAX_LINK_SERVERS) {
      const address = parseServer(percentDecoded(value ?? '', 's='));
      servers.set(formatAddress(address), address);
    }
  }
  return { ...(digest && { digest }), ...(name !== undefined && { name }), servers: [...servers.values()] };
}

function joinDigest(id: ResourceId, rest: Uint8Array): Uint8Array {
  const digest = new Uint8Array(32);
  for (let i = 0; i < 8; i++) digest[i] = Number.parseInt(id.slice(2 * i, 2 * i + 2), 16);
  digest.set(rest, 8);
  return digest;
}

function parseServer(text: string): Address {
  try {
    return parseAddress(text);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw bad(`in s=, ${error.message}`);
  }
}

/** Also quotes and brackets, which are taken off the ends of a link when it is pasted. */
function escaped(name: string): string {
  return encodeURIComponent(name).replace(/['()]/g, (char) => `%${char.charCodeAt(0).toString(16)}`);
}

function percentDecoded(text: string, where: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw bad(`${where} has a broken percent escape`);
  }
}

/** A name from a stranger, without what is unseen, and at most 255 characters. Undefined if nothing is left. */
function displayName(text: string): string | undefined {
  const shown = withoutUnseen(text);
  return shown === '' ? undefined : [...shown].slice(0, MAX_NAME_LENGTH).join('').trimEnd();
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function bad(reason: string): Failure {
  return new Failure(
    'bad-link',
    `This is no rain link: ${reason}.`,
    'A link looks like rain:0123456789abcdef; copy it again, all of it.',
  );
}
