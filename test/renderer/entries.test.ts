import { describe, expect, it } from 'vitest';
import {
  entriesOf,
  NO_ENTRIES,
  rowOf,
  shareOf,
  withAnswer,
  withEvents,
} from '../../renderer/state/entries.ts';
import { counted, listed } from '../../renderer/state/listing.ts';
import { share, transfer } from './fixtures.ts';

describe('entries', () => {
  it('has a row for each transfer and share, the latest first', () => {
    const entries = entriesOf({
      transfers: [transfer({ key: 1, addedAt: 10 }), transfer({ key: 3, addedAt: 30 })],
      shares: [share({ key: 2, addedAt: 20 })],
    });
    expect(entries.rows).toEqual([3, 2, 1]);
  });

  it('keeps the rows when figures alone change, and every other snapshot', () => {
    const before = entriesOf({ transfers: [transfer({ key: 1 }), transfer({ key: 2 })], shares: [] });
    const after = withEvents(before, [{ type: 'transfer', transfer: transfer({ key: 1, verified: 5 }) }]);
    expect(after.rows).toBe(before.rows);
    expect(after.serving).toBe(before.serving);
    expect(after.transfers.get(1)?.verified).toBe(5);
    expect(after.transfers.get(2)).toBe(before.transfers.get(2));
    expect(before.transfers.get(1)?.verified).toBe(0);
  });

  it('is the same object after news of other things', () => {
    expect(withEvents(NO_ENTRIES, [{ type: 'servers', servers: [] }])).toBe(NO_ENTRIES);
  });

  it('adds and removes rows', () => {
    let entries = withEvents(NO_ENTRIES, [
      { type: 'share', share: share({ key: 1 }) },
      { type: 'transfer', transfer: transfer({ key: 2 }) },
    ]);
    expect(entries.rows).toEqual([2, 1]);
    entries = withEvents(entries, [{ type: 'share-removed', key: 1 }]);
    expect(entries.rows).toEqual([2]);
    entries = withEvents(entries, [{ type: 'transfer-removed', key: 2 }]);
    expect(entries.rows).toEqual([]);
  });

  it('does not let an answer replace news that came before it', () => {
    const entries = withEvents(NO_ENTRIES, [
      { type: 'transfer', transfer: transfer({ key: 1, state: 'held' }) },
    ]);
    const late = withAnswer(entries, { type: 'transfer', transfer: transfer({ key: 1, state: 'manifest' }) });
    expect(late.transfers.get(1)?.state).toBe('held');
  });
});

describe('what was fetched and is served on', () => {
  const done = transfer({ key: 1, state: 'done', path: '/downloads/a', id: 'aa' });
  const seed = share({ key: 2, paths: ['/downloads/a'], id: 'aa' });

  it('is one row, whichever of the two comes first', () => {
    const fetchedFirst = withEvents(entriesOf({ transfers: [done], shares: [] }), [
      { type: 'share', share: seed },
    ]);
    const sharedFirst = withEvents(
      entriesOf({ transfers: [{ ...done, state: 'running', path: undefined } as never], shares: [seed] }),
      [{ type: 'transfer', transfer: done }],
    );
    for (const entries of [fetchedFirst, sharedFirst]) {
      expect(entries.rows).toEqual([1]);
      expect(shareOf(entries, 1)).toBe(seed);
      expect(rowOf(entries, 2)).toBe(1);
    }
  });

  it('is two rows when the paths are the same and the content is not', () => {
    expect(entriesOf({ transfers: [done], shares: [{ ...seed, id: 'bb' }] }).rows).toEqual([2, 1]);
  });

  it('leaves the share when the transfer goes', () => {
    const entries = withEvents(entriesOf({ transfers: [done], shares: [seed] }), [
      { type: 'transfer-removed', key: 1 },
    ]);
    expect(entries.rows).toEqual([2]);
  });
});

describe('the list', () => {
  const entries = entriesOf({
    transfers: [
      transfer({ key: 1, state: 'done', path: '/downloads/a', id: 'aa', name: 'Über den Wolken.flac' }),
      transfer({ key: 2, state: 'paused', name: 'holiday.zip' }),
    ],
    shares: [share({ key: 3, paths: ['/downloads/a'], id: 'aa' }), share({ key: 4, name: 'Holiday plans' })],
  });

  it('groups', () => {
    expect(listed(entries, 'all', '')).toBe(entries.rows);
    expect(listed(entries, 'fetching', '')).toEqual([2]);
    expect(listed(entries, 'sharing', '')).toEqual([4, 1]);
    expect(listed(entries, 'done', '')).toEqual([1]);
    expect(counted(entries)).toEqual({ all: 3, fetching: 1, sharing: 2, done: 1 });
  });

  it('finds by words of the name in any order and case, and by id', () => {
    expect(listed(entries, 'all', 'HOLIDAY')).toEqual([4, 2]);
    expect(listed(entries, 'all', 'wolken über')).toEqual([1]);
    expect(listed(entries, 'all', transfer({ key: 2 }).id)).toEqual([2]);
    expect(listed(entries, 'all', 'holiday wolken')).toEqual([]);
  });
});
