import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromBase64url, toBase64url } from '../../core/wire/base64url.ts';
import {
  formatLink,
  type Link,
  MAX_LINK_LENGTH,
  MAX_LINK_SERVERS,
  type ResourceId,
} from '../../core/wire/link.ts';
import { parseLink } from '../../core/wire/link-text.ts';

const ID = '0123456789abcdef';
const KEY = 'AAECAwQFBgcICQoLDA0ODw';
const REST = toBase64url(Uint8Array.from({ length: 24 }, (_, i) => i));

test.each([
  ID,
  `rain:${ID}`,
  `rain://${ID}`,
  `rain://${ID}/`,
  `RAIN:${ID.toUpperCase()}`,
  `  "rain:${ID}" `,
  `<rain:${ID}>`,
  `“${ID}”`,
  '0123 4567 89ab cdef',
  '0123-4567-89AB-CDEF',
  '01234567\u201389abcdef',
  `rain: ${ID}\n`,
  `rain:${ID}?`,
  `rain:${ID}?later=1&x`,
])('%s is understood as the id', (text) => {
  expect(parseLink(text)).toEqual({ id: ID, servers: [] });
});

test('a private link keeps the case and the dashes of its key', () => {
  const key = Uint8Array.from({ length: 16 }, (_, i) => 0xfb - i);
  expect(toBase64url(key)).toMatch(/-/);
  expect(parseLink(`rain:${ID.toUpperCase()}.${toBase64url(key)}`)).toEqual({ id: ID, key, servers: [] });
});

test('a line break that a mail put in is passed over', () => {
  const link = parseLink(
    `rain:0123456789ab\r\n cdef.${KEY.slice(0, 9)}\n${KEY.slice(9)}?d=${REST.slice(0, 5)}\n ${REST.slice(5)}`,
  );
  expect(link.key).toEqual(Uint8Array.from({ length: 16 }, (_, i) => i));
  expect(
    Buffer.from(link.digest ?? [])
      .toString('hex')
      .slice(0, 18),
  ).toBe(`${ID}00`);
});

test.each([
  ['', 'the id is missing'],
  ['rain:', 'the id is missing'],
  [ID.slice(2), 'too short: got 14 of 16 digits'],
  [`${ID}0`, 'too long: got 17 digits'],
  ['0123456789abcdeg', '"g" is no hex digit'],
  ['https://example.org/', 'starts with "https:"'],
  [`${ID}.${KEY}A`, 'must be 22 characters, and has 23'],
  [`${ID}.${KEY.slice(1)}+`, '"+" cannot be in the key'],
  [`${ID}.${KEY.slice(0, -1)}x`, 'is mistyped'],
  [`${ID}?d=abc`, 'the digest in d= must be 32 characters, and has 3'],
  [`${ID}?d=${REST}&d=${REST}`, 'd= is given twice'],
  [`${ID}?n=%zz`, 'n= has a broken percent escape'],
  [`${ID}?s=a:b`, 'in s=, "a:b" is no address'],
  [`${ID}?n=a&n=b`, 'n= is given twice (character 22 of the link)'],
  [
    `${ID}?s=a:1&s=b:x`,
    'in s=, "b:x" is no address: the port "x" is not a number (character 24 of the link)',
  ],
  [`${ID}?s=`, 'in s=, "" is no address: it is empty'],
  [`${ID}/foo`, '"/foo" cannot stand there'],
  ['just some words', 'there is no link in it'],
  [`rain:${ID} and rain:${ID.slice(1)}`, 'too short: got 15 of 16 digits'],
  [`rain:${ID} and rain:${ID.slice(1)}0`, 'There are 2 links in it, and one is wanted.'],
])('%s is refused, and why is said', (text, reason) => {
  expect(() => parseLink(text)).toThrow(
    expect.objectContaining({ code: 'bad-link', message: expect.stringContaining(reason) }),
  );
});

test('a link that is too long is refused', () => {
  const failure = expect.objectContaining({ message: expect.stringContaining('longer than 8192') });
  expect(() => parseLink(`${ID}?n=${'x'.repeat(MAX_LINK_LENGTH)}`)).toThrow(failure);
});

test('a name is for showing: nothing that moves the text around it is left', () => {
  const evil = encodeURIComponent('  a\u202egpj.exe\u0000\n\tb\ufeff ');
  expect(parseLink(`${ID}?n=${evil}`).name).toBe('agpj.exe b');
  expect(parseLink(`${ID}?n=%20%00`).name).toBeUndefined();
  expect(parseLink(`${ID}?n=${'x'.repeat(5000)}`).name).toHaveLength(255);
});

test('servers: repeated, with IPv6, once each, and no more than the bound', () => {
  const link = parseLink(`${ID}?s=a:1&s=[::1]:2&s=A:1&s=b`);
  expect(link.servers).toEqual([
    { host: 'a', port: 1 },
    { host: '::1', port: 2 },
    { host: 'b', port: 1980 },
  ]);
  const many = Array.from({ length: 40 }, (_, i) => `s=h${i}`).join('&');
  expect(parseLink(`${ID}?${many}`).servers).toHaveLength(MAX_LINK_SERVERS);
});

test('a digest that is not that of the id is a bug of the caller', () => {
  expect(() => formatLink({ id: ID as ResourceId, digest: new Uint8Array(32), servers: [] })).toThrow(
    RangeError,
  );
});

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
const link = fc
  .record(
    {
      digest: bytes(32),
      key: bytes(16),
      name: fc.oneof(
        fc.string({ unit: 'binary', maxLength: 40 }),
        fc.stringMatching(/^[\w '"<>()&=?%+.]{0,9}$/),
      ),
      servers: fc.array(
        fc.record({
          host: fc.domain().map((host) => host.toLowerCase()),
          port: fc.integer({ min: 1, max: 65535 }),
        }),
        { maxLength: MAX_LINK_SERVERS },
      ),
      full: fc.boolean(),
    },
    { requiredKeys: ['digest', 'servers', 'full'] },
  )
  .map(({ digest, full, ...rest }): Link => {
    const id = Buffer.from(digest.subarray(0, 8)).toString('hex') as ResourceId;
    const servers = [
      ...new Map(rest.servers.map((server) => [`${server.host}:${server.port}`, server])).values(),
    ];
    return { ...rest, servers, id, ...(full && { digest }) };
  });

test('what is written is understood as the same link, and written the same again', () => {
  fc.assert(
    fc.property(link, (made) => {
      const text = formatLink(made);
      const { name, ...known } = parseLink(text);
      const { name: _, ...meant } = made;
      expect(known).toEqual(meant);
      expect(formatLink({ ...known, ...(name !== undefined && { name }) })).toBe(text);
      expect(text.length).toBeLessThanOrEqual(MAX_LINK_LENGTH);
    }),
  );
});

test('whatever is pasted, a link or a Failure comes of it', () => {
  const junk = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.stringMatching(/^(rain:)?[0-9a-f]{14,18}[.?]?[A-Za-z0-9_-]{0,24}[?&](d|n|s)=.{0,40}$/),
  );
  fc.assert(
    fc.property(junk, (text) => {
      try {
        parseLink(text);
      } catch (error) {
        expect(error).toMatchObject({ code: 'bad-link' });
      }
    }),
    { numRuns: 500 },
  );
});

test('base64url agrees with that of node, and one value has one spelling', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (data) => {
      const text = toBase64url(data);
      expect(text).toBe(Buffer.from(data).toString('base64url'));
      expect(fromBase64url(text)).toEqual(data);
    }),
  );
  expect(fromBase64url('AB')).toBeUndefined();
  expect(fromBase64url('A')).toBeUndefined();
  expect(fromBase64url('A=')).toBeUndefined();
});
