/** Links in what people paste, type, drop and are sent: the one way in, for every host. */
import { Failure } from '../failure.ts';
import { formatLink, type Link, MAX_LINK_LENGTH } from './link.ts';
import { bad, decodeEscapes, type LinkReading, readLinkAt } from './link-reader.ts';

/** Nobody chooses among more; what stands behind them is told of and not read. */
const MAX_FOUND = 100;
/** The same link may stand in a text several times. */
const MAX_READ = 10 * MAX_FOUND;
/** Of several links where one is wanted, so many are named. */
const MAX_OFFERED = 5;
/** Of a broken link, characters. */
const MAX_TOLD = 300;
/** What begins with `rain:` and is likely meant as a link: "rain: bad weather" is not. */
const MEANT =
  /(?<![0-9a-z])rain:(?:(?:\/\/)?[0-9a-f-]{4}|[\s>|]{0,20}(?:\/\/)?[\s>|]{0,20}[0-9a-f](?:[\s>|\-\u2010-\u2015\u2212]{0,20}[0-9a-f]){7})/giu;
/** An id that stands by itself, as digits or in groups of four; not a part of a longer number. */
const BARE_ID =
  /(?<![0-9a-z/=#@_%+.]|[0-9a-f]-)(?:[0-9a-f]{4}[ \-\u2010-\u2015\u2212]?){3}[0-9a-f]{4}(?![0-9a-z]|-[0-9a-f])/giu;
const UNSEEN = /\p{Default_Ignorable_Code_Point}/gu;
const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

/** What looks like a link: one, or what is wrong with it. `text` is how it begins. */
export type FoundLink = LinkReading | { readonly text: string; readonly failure: Failure };

/**
 * All links that are in a text and call themselves so (`rain:`), each once: with words around them, in brackets,
 * quotes, Markdown or HTML, percent-encoded, in lines, and with what cannot be seen in between.
 */
export function findLinks(text: string): readonly FoundLink[] {
  const plain = withoutDress(text);
  return readAll(
    plain,
    [...plain.matchAll(MEANT)].map(({ index }) => index),
  );
}

/** As {@link findLinks}, or the ids that stand in it; at least one, which says what is wrong when there is nothing. */
export function readLinks(text: string): readonly FoundLink[] {
  const links = findLinks(text);
  if (links.length > 0) return links;
  const plain = withoutDress(text);
  const other = /^[^a-z]*(?!rain:)([a-z][a-z0-9+.-]*):\S*\s*$/i.exec(plain);
  if (other !== null) return [broken(plain, bad(`it starts with "${other[1]}:" and not with "rain:"`))];
  const ids = readAll(
    plain,
    [...plain.matchAll(BARE_ID)].map(({ index }) => index),
  );
  return ids.length > 0 ? ids : [readAsWhole(plain)];
}

/** Understands a text with one link or id in it; throws Failure('bad-link') for none, several, and a broken one. */
export function readLink(text: string): LinkReading {
  const found = readLinks(text);
  const links = found.flatMap((each) => ('link' in each ? [each] : []));
  for (const each of found) if ('failure' in each) throw each.failure;
  if (links.length === 1) return links[0];
  const told = links.slice(0, MAX_OFFERED).map(({ link }) => formatLink(link));
  throw new Failure(
    'bad-link',
    `There are ${links.length} links in it, and one is wanted.`,
    `Take one of them: ${told.join(' or ')}${links.length > MAX_OFFERED ? ' or another' : ''}`,
  );
}

/** As {@link readLink}, for who tells nobody what was left out. */
export function parseLink(text: string): Link {
  return readLink(text).link;
}

function readAll(text: string, starts: readonly number[]): readonly FoundLink[] {
  const found = new Map<string, FoundLink>();
  for (const [i, start] of starts.entries()) {
    // One character more than may be: a link that reaches it is too long.
    const end = Math.min(starts[i + 1] ?? text.length, start + MAX_LINK_LENGTH + 1);
    const read = readFrom(text.slice(start, end), text[start - 1]);
    if (found.size === MAX_FOUND || i === MAX_READ) {
      found.set('', broken(text.slice(start), bad(`there are more than ${MAX_FOUND} links in it`)));
      break;
    }
    found.set('link' in read ? formatLink(read.link) : read.text, read);
  }
  return [...found.values()];
}

function readFrom(text: string, before = ''): FoundLink {
  try {
    return readLinkAt(text, before === "'" ? before : '');
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return broken(text, error);
  }
}

/** What is no link as a whole may be one that was cut off or mistyped: what is wrong with it. */
function readAsWhole(text: string): FoundLink {
  const bare = text.replace(/^(?:[^\p{L}\p{N}])+/u, '');
  const isMeant = /^(?:\S*\s*|rain:.*|[0-9a-f]{4,}\b.*)$/isu.test(bare);
  return isMeant ? readFrom(bare) : broken(text, bad('there is no link in it'));
}

function broken(text: string, failure: Failure): FoundLink {
  return { text: text.trim().slice(0, MAX_TOLD).toWellFormed(), failure };
}

/** The text as its links are meant, without what other programs dress them in. */
function withoutDress(text: string): string {
  return text
    .replace(UNSEEN, '')
    .replace(/\\u0026/gi, '&')
    .replace(/\\(?=[!-/:-@[-`{-~])/g, '')
    .replace(/<(br|wbr)\b[^<>]{0,20}>/gi, (_tag, name: string) => (name.length === 2 ? '\n' : ''))
    .replace(/&(?:amp;)*(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos|nbsp));/gi, fromEntity)
    .replace(UNSEEN, '')
    .replace(/(?<![0-9a-z](?<!%[0-9a-f]{2}))rain%(?:25)*3a[\w%.~+-]*/giu, fromEscapes);
}

function fromEntity(whole: string, hex?: string, decimal?: string, name?: string): string {
  if (name !== undefined) return ENTITIES[name.toLowerCase()] ?? whole;
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  return code > 0 && code <= 0x10_ffff ? String.fromCodePoint(code) : whole;
}

/** A link that is a value in another address, once for each time that it was put into one. */
function fromEscapes(token: string): string {
  let text = token;
  for (let times = 0; times < 3 && !/^rain:/i.test(text); times++)
    text = decodeEscapes(text.replaceAll('+', '%2520'));
  // What follows belongs to the address around it.
  return /^rain:\/*[0-9a-f]{4}/i.test(text) ? `${text}"` : token;
}
