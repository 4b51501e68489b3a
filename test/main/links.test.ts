import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { ClipboardOffers, OutsideLinksKeeper, readLinks } from '../../main/links.ts';
import { Mirror } from '../../main/node/mirror.ts';
import { HIDDEN, readArguments } from '../../main/start/arguments.ts';
import type { LinkFacts } from '../../preload/contract.ts';
import { ID, LINK, nodeSnapshot, share, transfer } from '../node/snapshots.ts';

const KEY = 'AAAAAAAAAAAAAAAAAAAAAA';

function mirrorOf(change: Parameters<typeof nodeSnapshot>[0] = {}): Mirror {
  const mirror = new Mirror();
  mirror.reset(nodeSnapshot(change));
  return mirror;
}

function factsOf(text: string, mirror: Mirror): Partial<LinkFacts> {
  const [read] = readLinks(text, mirror);
  return 'facts' in read ? read.facts : {};
}

describe('what can be read from a link', () => {
  test('is said before anything is asked', () => {
    const text = ` RAIN://01234567-89ABCDEF.${KEY}?n=a%20b&s=Example.ORG&s=[::ffff:7f00:1]:7&s=8.8.8.8:1&later=1 `;
    expect(factsOf(text, mirrorOf())).toEqual({
      id: ID,
      link: `rain:${ID}.${KEY}?n=a%20b&s=example.org:1980&s=127.0.0.1:7&s=8.8.8.8:1`,
      private: true,
      short: false,
      name: 'a b',
      servers: [
        { address: 'example.org:1980', place: 'name' },
        { address: '127.0.0.1:7', place: 'own' },
        { address: '8.8.8.8:1', place: 'public' },
      ],
      ignored: ['later=1'],
    });
  });

  test('says of a public id that it is short', () => {
    expect(factsOf(ID, mirrorOf())).toMatchObject({ private: false, short: true, name: '', servers: [] });
  });

  test('names the row that has it, rather the one that fetches', () => {
    expect(factsOf(LINK, mirrorOf({ shares: [share()] })).known).toEqual({ kind: 'share', key: 1 });
    const both = mirrorOf({ shares: [share()], transfers: [transfer()] });
    expect(factsOf(LINK, both).known).toEqual({ kind: 'transfer', key: 2 });
  });

  test('is said of each link in a text, and of what is none', () => {
    expect(readLinks(`${LINK} and rain:00000000000000aa, rain:0123`, mirrorOf())).toMatchObject([
      { facts: { id: ID } },
      { facts: { id: '00000000000000aa' } },
      { text: 'rain:0123', problem: { code: 'bad-link' } },
    ]);
  });
});

describe('links from outside', () => {
  const linkOf = (number: number): string => `rain:${number.toString(16).padStart(16, '0')}`;

  test('wait until they are answered, each once', () => {
    const changed = vi.fn();
    const outside = new OutsideLinksKeeper(mirrorOf(), changed);
    for (const text of [linkOf(1), linkOf(2), linkOf(1).toUpperCase(), 'rain:no-link-at-all'])
      outside.add(text);
    expect(outside.state).toMatchObject({
      waiting: [
        { facts: { link: linkOf(1) } },
        { facts: { link: linkOf(2) } },
        { problem: { code: 'bad-link' } },
      ],
      refused: 0,
    });
    outside.forget(outside.state.waiting[0].key);
    expect(outside.state.waiting).toMatchObject([
      { facts: { link: linkOf(2) } },
      { text: 'rain:no-link-at-all' },
    ]);
    expect(changed).toHaveBeenCalledTimes(5);
  });

  test('are twenty at most, and how many more came is told', () => {
    const outside = new OutsideLinksKeeper(mirrorOf(), () => undefined);
    for (let number = 0; number < 50; number++) outside.add(linkOf(number));
    expect(outside.state.waiting).toHaveLength(20);
    expect(outside.state.refused).toBe(30);
    outside.forgetAll();
    expect(outside.state).toEqual({ waiting: [], refused: 0 });
  });
});

describe('the clipboard', () => {
  test('offers a link once, also from within a text', () => {
    const offers = new ClipboardOffers();
    expect(offers.see(`see ${LINK}.`, mirrorOf())).toMatchObject([{ id: ID }]);
    expect(offers.see(LINK.toUpperCase(), mirrorOf())).toEqual([]);
    expect(offers.see(`${LINK} rain:00000000000000aa`, mirrorOf())).toMatchObject([
      { id: '00000000000000aa' },
    ]);
  });

  test('does not offer what has a row, and offers it once the row is gone', () => {
    const offers = new ClipboardOffers();
    expect(offers.see(LINK, mirrorOf({ shares: [share()] }))).toEqual([]);
    expect(offers.see(LINK, mirrorOf())).toMatchObject([{ id: ID }]);
  });

  test.each([
    '4111 1111 1111 1111',
    ID,
    'rain:xyz',
    'it will rain:tomorrow',
    '',
    `${LINK}${' '.repeat(70_000)}`,
  ])('does not offer %j', (text) => {
    expect(new ClipboardOffers().see(text, mirrorOf())).toEqual([]);
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
