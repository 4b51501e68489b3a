import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatLink, type Link, type ResourceId } from '../../core/wire/link.ts';
import { type FoundLink, findLinks, readLinks } from '../../core/wire/link-text.ts';

const ID = '0123456789abcdef';
const OTHER = 'fedcba9876543210';
const KEY = 'AAECAwQFBgcICQoLDA0ODw';
const REST = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYX';
const LINK = `rain:${ID}.${KEY}?d=${REST}&n=my%20holiday.zip&s=example.org:1980&s=[2001:db8::1]:7`;

function spelled(found: readonly FoundLink[]): string[] {
  return found.map((each) => ('link' in each ? formatLink(each.link) : `! ${each.failure.message}`));
}

test.each([
  ['words around it', `Here you go: ${LINK} is my holiday.`],
  ['words before it without a space', `请下载${LINK}`],
  ['a sentence that ends behind it', `Take ${LINK}.`],
  ['punctuation of another script', `请看 ${LINK}。谢谢`],
  ['an exclamation', `${LINK}!!`],
  ['an ellipsis', `${LINK}…`],
  ['a comma and words', `${LINK}, then wait`],
  ['round brackets', `(see ${LINK})`],
  ['square brackets', `[${LINK}]`],
  ['curly brackets', `{${LINK}}`],
  ['angle brackets', `<${LINK}>`],
  ['brackets of Chinese', `【${LINK}】`],
  ['quotes', `"${LINK}"`],
  ['single quotes', `'${LINK}'`],
  ['German quotes', `„${LINK}“`],
  ['guillemets', `«${LINK}»`],
  ['a link of Markdown', `[my holiday](${LINK})`],
  ['code of Markdown', `\`${LINK}\``],
  ['bold and italics of Markdown', `***${LINK}***, __${LINK}__`],
  ['a table of Markdown', `|holiday|${LINK}|`],
  ['escapes of Markdown', `${LINK.replaceAll('_', '\\_').replaceAll('.', '\\.')}`],
  ['HTML', `<a href="${LINK.replaceAll('&', '&amp;')}">${LINK.replaceAll('&', '&amp;')}</a>`],
  ['HTML that was escaped twice', LINK.replaceAll('&', '&amp;amp;')],
  ['numbered entities', LINK.replaceAll('&', '&#38;').replaceAll('=', '&#x3D;')],
  ['JSON', JSON.stringify({ link: LINK }).replaceAll('&', '\\u0026')],
  ['percent-encoding as a whole', `https://example.org/go?to=${encodeURIComponent(LINK)}&x=1`],
  ['percent-encoding twice', encodeURIComponent(encodeURIComponent(LINK))],
  ['percent-encoding behind the scheme', `rain:${encodeURIComponent(LINK.slice(5))}`],
  ['capitals where they do not matter', LINK.replace('rain', 'RAIN').replace(ID, ID.toUpperCase())],
  ['slashes behind the scheme', LINK.replace('rain:', 'rain://').replace('?', '/?')],
  ['an ampersand for the question mark', LINK.replace('?', '&')],
  ['a soft hyphen and a zero-width space', LINK.replace('cdef', 'cd\u00adef').replace('n=', '\u200bn=')],
  ['bidirectional marks', `\u2068${LINK}\u2069\u200f`],
  ['a line break in the id', LINK.replace('4567', '45\r\n67')],
  ['a quoted mail', `> ${LINK.replace('CQoL', 'CQ\n> oL').replace('FBg', 'F\n> Bg')}`],
  ['line breaks around the dot', LINK.replace('.', '\n.')],
  ['a line break behind the dot', LINK.replace('.', '.\n')],
  ['line breaks around separators', LINK.replace('?', '\n?\n').replace('&n', '\n&n').replace('&s', '&\ns')],
  ['a line break in the name', LINK.replace('holi', 'ho\nli')],
  ['a line break in the port', LINK.replace(':7', ':\n7')],
  ['the tag for a line break', LINK.replace('4567', '45<br/>67').replace('dB', 'd<wbr>B')],
  ['a fragment', `${LINK}#top`],
])('a link is found in %s', (_what, text) => {
  expect(spelled(findLinks(text))).toEqual([LINK]);
});

test.each([
  ['a name with a plus for a space', 'n=my+own%2Bfile', 'my own+file'],
  ['a fragment behind a name', 'n=file.pdf#page=2', 'file.pdf'],
  ['brackets in a name', 'n=file(1).pdf', 'file(1).pdf'],
  ['an apostrophe in a name', 'n=Anna’s%20file', 'Anna’s file'],
  ['letters that were not escaped', 'n=Bücher😀.pdf', 'Bücher😀.pdf'],
  ['a line break before words', 'n=file.pdf\nThanks', 'file.pdf'],
  ['an address of the web in the next line', 'n=file\nhttps://example.org/?a=1&b=2', 'file'],
])('%s is understood', (_what, field, name) => {
  expect(findLinks(`rain:${ID}?${field}`)).toMatchObject([{ link: { name } }]);
});

test('a sentence may end with an id, and the next one begin', () => {
  expect(spelled(findLinks(`It is rain:${ID}. Thanks! Or rain:${OTHER}? Added.`))).toEqual([
    `rain:${ID}`,
    `rain:${OTHER}`,
  ]);
});

test('several links are all found, each once, and a broken one says what is wrong with it', () => {
  const text = `rain:${ID},rain:${OTHER};rain:${ID} and rain:0123456789.`;
  expect(spelled(findLinks(text))).toEqual([
    `rain:${ID}`,
    `rain:${OTHER}`,
    '! This is no rain link: too short: got 10 of 16 digits.',
  ]);
  expect(findLinks(text)[2]).toMatchObject({ text: 'rain:0123456789.' });
});

test('what stands behind &amp; counts: a digest that is wrong is refused, and an address is asked', () => {
  expect(spelled(findLinks(`rain:${ID}?n=f&amp;d=AAA&amp;s=127.0.0.1:7`))[0]).toContain('the digest in d=');
  expect(spelled(findLinks(`rain:${ID}?n=f&amp;s=127.0.0.1:7`))).toEqual([`rain:${ID}?n=f&s=127.0.0.1:7`]);
});

test('what this version does not know, or has no room for, is told', () => {
  const servers = Array.from({ length: 18 }, (_, i) => `s=h${i}`).join('&');
  expect(findLinks(`rain:${ID}?later=1&${servers}&s=h1&x#top`)).toMatchObject([
    { ignored: ['later=1', 's=h16', 's=h17', 'x', '#top'] },
  ]);
});

test('words about the weather, numbers and addresses of the web are no links', () => {
  const text =
    'rain: bad weather; terrain:0123456789abcdef; https://example.org/0123456789abcdef; 1234567812345678';
  expect(findLinks(text)).toEqual([]);
});

test('ids that stand alone in a text are found when it has no link', () => {
  expect(spelled(readLinks(`the id is ${ID}, or FEDC-BA98 7654 3210.`))).toEqual([
    `rain:${ID}`,
    `rain:${OTHER}`,
  ]);
  expect(spelled(readLinks(`${ID}${ID}`))[0]).toContain('too long');
});

test('a text with more links than anybody chooses from says that it has', () => {
  const ids = Array.from({ length: 200 }, (_, i) => `rain:${i.toString(16).padStart(16, '0')}`);
  const found = spelled(findLinks(ids.join('\n')));
  expect(found).toHaveLength(101);
  expect(found[100]).toContain('more than 100 links');
});

test('a long text of nothing but beginnings is read in time that grows with it', () => {
  const text = `${'rain: 0123 4567 > \n'.repeat(20_000)}${' '.repeat(200_000)}${'rain%253a%'.repeat(20_000)}`;
  const before = performance.now();
  findLinks(text);
  expect(performance.now() - before).toBeLessThan(2_000);
});

const server = fc.record({
  host: fc.oneof(
    fc.domain().map((host) => host.toLowerCase()),
    fc.constantFrom('::1', '2001:db8::7', '203.0.113.7', 'fe80::1%wg+b\u00fc&o'),
  ),
  port: fc.integer({ min: 1, max: 65535 }),
});
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const anyLink = fc
  .record(
    {
      digest: bytes(32),
      key: bytes(16),
      name: fc.oneof(
        fc.constantFrom('rain:0123456789abcdef', 'Rain:fall', '...'),

        fc.string({ unit: 'binary', maxLength: 20 }),
        fc.stringMatching(/^[\w '"<>()&=?%+.#!*~-]{0,9}$/),
      ),
      servers: fc.uniqueArray(server, { maxLength: 4, selector: ({ host, port }) => `${host} ${port}` }),
      full: fc.boolean(),
    },
    { requiredKeys: ['digest', 'servers', 'full'] },
  )
  .map(({ digest, full, ...rest }): Link => {
    const id = Buffer.from(digest.subarray(0, 8)).toString('hex') as ResourceId;
    return { ...rest, id, ...(full && { digest }) };
  })
  .map(formatLink);

const ANYWHERE = ['\u200b', '\u00ad', '\ufeff', '\u2060', '\u200e', '\u202a'];
const entities = (text: string) => text.replaceAll('&', '&amp;').replaceAll("'", '&#39;');
const DRESS: readonly ((text: string) => string)[] = [
  entities,
  (text) => entities(entities(text)),
  (text) => encodeURIComponent(text),
  (text) => `https://example.org/?u=${encodeURIComponent(text)}&v=1`,
  (text) => JSON.stringify(text).replaceAll('&', '\\u0026'),
  (text) => text.replace(/[_*~[\]().-]/g, '\\$&'),
];
const AROUND = [
  ['(', ')'],
  ['[', ']'],
  ['{', '}'],
  ['<', '>'],
  ['"', '"'],
  ["'", "'"],
  ['`', '`'],
  ['„', '“'],
  ['«', '»'],
  ['「', '」'],
  ['[a](', ')'],
  ['**', '**'],
  ['_', '_'],
  ['~~', '~~'],
  ['', '.'],
  ['', ','],
  ['', ';'],
  ['', '!'],
  ['', '…'],
  ['', '?'],
  ['', ':'],
  ['', '。'],
  ['a ', ' b'],
  ['see\n', '\nthanks'],
  ['<a href="', '">here</a>'],
  ['| ', ' |'],
] as const;

test('any link is found as itself in any dress', () => {
  fc.assert(
    fc.property(
      anyLink,
      fc.constantFrom(undefined, ...DRESS),
      fc.array(fc.constantFrom(...AROUND), { maxLength: 3 }),
      fc.array(fc.tuple(fc.nat(), fc.constantFrom(...ANYWHERE)), { maxLength: 3 }),
      (link, dress, around, unseen) => {
        let text = dress === undefined ? link : dress(link);
        for (const [before, after] of around) text = before + text + after;
        for (const [at, char] of unseen) {
          const place = at % (text.length + 1);
          text = text.slice(0, place) + char + text.slice(place);
        }
        expect(spelled(findLinks(text))).toEqual([link]);
      },
    ),
    { numRuns: 600 },
  );
});

test('any link is found as itself when a mail has broken it, but within its last words', () => {
  fc.assert(
    fc.property(
      anyLink,
      fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
      fc.constantFrom('\n', '\r\n', '\n> ', '\r\n  '),
      (link, places, lineBreak) => {
        const last = Math.max(link.lastIndexOf('&'), link.indexOf('?n='), link.indexOf('?s='));
        const whole = last < 0 || link.startsWith('d=', last + 1) ? link.length : last + 1;
        let text = link;
        let before = Number.POSITIVE_INFINITY;
        for (const place of places.map((each) => 5 + (each % (whole - 5))).sort((a, b) => b - a)) {
          // No mail has lines as short as a key.
          if (before - place < 24) continue;
          text = text.slice(0, place) + lineBreak + text.slice(place);
          before = place;
        }
        expect(spelled(findLinks(`see ${text}\nThanks`))).toEqual([link]);
      },
    ),
    { numRuns: 400 },
  );
});
