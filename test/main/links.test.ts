import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ClipboardOffers, readLink } from '../../main/links.ts';
import { Mirror } from '../../main/node/mirror.ts';
import { HIDDEN, readArguments } from '../../main/start/arguments.ts';
import { ID, LINK, nodeSnapshot, share, transfer } from '../node/snapshots.ts';

const KEY = 'AAAAAAAAAAAAAAAAAAAAAA';

function mirrorOf(change: Parameters<typeof nodeSnapshot>[0] = {}): Mirror {
  const mirror = new Mirror();
  mirror.reset(nodeSnapshot(change));
  return mirror;
}

describe('what can be read from a link', () => {
  test('is said before anything is asked', () => {
    expect(readLink(` RAIN://01234567-89ABCDEF.${KEY}?n=a%20b&s=Example.ORG `, mirrorOf())).toEqual({
      id: ID,
      link: `rain:${ID}.${KEY}?n=a%20b&s=example.org:1980`,
      private: true,
      short: false,
      name: 'a b',
      servers: ['example.org:1980'],
    });
  });

  test('says of a public id that it is short', () => {
    expect(readLink(ID, mirrorOf())).toMatchObject({ private: false, short: true, name: '', servers: [] });
  });

  test('names the row that has it, rather the one that fetches', () => {
    expect(readLink(LINK, mirrorOf({ shares: [share()] })).known).toEqual({ kind: 'share', key: 1 });
    const both = mirrorOf({ shares: [share()], transfers: [transfer()] });
    expect(readLink(LINK, both).known).toEqual({ kind: 'transfer', key: 2 });
  });
});

describe('the clipboard', () => {
  test('offers a link once', () => {
    const offers = new ClipboardOffers();
    expect(offers.see(LINK, mirrorOf())?.id).toBe(ID);
    expect(offers.see(LINK.toUpperCase(), mirrorOf())).toBeUndefined();
    expect(offers.see('rain:00000000000000aa', mirrorOf())?.id).toBe('00000000000000aa');
  });

  test('does not offer what has a row, and offers it once the row is gone', () => {
    const offers = new ClipboardOffers();
    expect(offers.see(LINK, mirrorOf({ shares: [share()] }))).toBeUndefined();
    expect(offers.see(LINK, mirrorOf())?.id).toBe(ID);
  });

  test.each([
    '4111 1111 1111 1111',
    ID,
    'rain:xyz',
    'it will rain:tomorrow',
    '',
    `${LINK}${' '.repeat(9000)}`,
  ])('does not offer %j', (text) => {
    expect(new ClipboardOffers().see(text, mirrorOf())).toBeUndefined();
  });

  test('stands whatever is on it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        new ClipboardOffers().see(text, mirrorOf());
        new ClipboardOffers().see(`rain:${text}`, mirrorOf());
      }),
    );
  });
});

describe('what the app was started with', () => {
  test('is read past the arguments of others', () => {
    const argv = ['/usr/bin/electron', '--no-sandbox', '.', HIDDEN, '--inspect=0', LINK];
    expect(readArguments(argv)).toEqual({ hidden: true, link: LINK });
    expect(readArguments(['/opt/pouring-rain', '/home/rain/a.txt'])).toEqual({
      hidden: false,
      link: undefined,
    });
  });

  test('may be a link in capitals', () => {
    expect(readArguments(['app', 'RAIN:xyz']).link).toBe('RAIN:xyz');
  });
});
