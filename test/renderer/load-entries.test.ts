import { describe, expect, it } from 'vitest';
import type { StoreEntry } from '../../preload/contract.ts';
import { loadEntries, PAGE } from '../../renderer/screens/store/load-entries.ts';
import { createApp } from '../../renderer/state/app.ts';
import { bad, fakeBridge, good, windowState } from './fixtures.ts';

function entry(number: number): StoreEntry {
  const id = number.toString(16).padStart(16, '0');
  return { id, size: 1, contentType: '', tag: id.repeat(4), time: 0, isComing: false };
}

/** A store of so many entries. */
function storeOf(count: number) {
  const all = Array.from({ length: count }, (_, i) => entry(i));
  return fakeBridge({
    storeEntries: ({ after, limit }) => {
      const from = all.findIndex(({ id }) => id > after || after === '');
      return good(from < 0 ? [] : all.slice(from, from + limit));
    },
  });
}

describe('loading entries', () => {
  it('goes on page by page, as far as it was asked to', async () => {
    const { bridge, asked } = storeOf(3 * PAGE);
    const loaded = await loadEntries(bridge, PAGE + 1, () => false);
    expect(loaded?.map(({ id }) => id)).toEqual(Array.from({ length: 2 * PAGE }, (_, i) => entry(i).id));
    expect(asked).toHaveLength(2);
  });

  it('ends where there are no more', async () => {
    expect(await loadEntries(storeOf(0).bridge, PAGE, () => false)).toEqual([]);
    expect(await loadEntries(storeOf(PAGE).bridge, 5 * PAGE, () => false)).toHaveLength(PAGE);
    expect(await loadEntries(storeOf(PAGE + 7).bridge, 5 * PAGE, () => false)).toHaveLength(PAGE + 7);
  });

  it('gives nothing half', async () => {
    let isOver = false;
    const { bridge } = storeOf(2 * PAGE);
    const loading = loadEntries(bridge, 2 * PAGE, () => isOver);
    isOver = true;
    expect(await loading).toBeUndefined();
    const refusing = fakeBridge({ storeEntries: () => bad('no-permission') });
    expect(await loadEntries(refusing.bridge, PAGE, () => false)).toBeUndefined();
  });
});

describe('what a person does with the store', () => {
  it('is said when it was done, and why when it was not', async () => {
    const { bridge } = fakeBridge({ choosePut: () => good([entry(1)]), deleteEntry: () => bad('no-space') });
    const app = createApp(bridge, windowState());
    await app.actions.choosePut();
    await app.actions.deleteEntry(entry(1).id);
    expect(app.store.getState().toasts).toMatchObject([
      { message: { says: 'put', entries: [{ id: '0000000000000001' }] } },
      { message: { says: 'problem', problem: { code: 'no-space' } } },
    ]);
  });

  it('is not said when the dialog was cancelled', async () => {
    const { bridge } = fakeBridge({ choosePut: () => good([]) });
    const app = createApp(bridge, windowState());
    await app.actions.choosePut();
    await app.actions.putDropped([]);
    expect(app.store.getState().toasts).toEqual([]);
  });

  it('keeps of a secret only that there is one', async () => {
    const { bridge } = fakeBridge({ setStoreSecret: () => good('sealed') });
    const app = createApp(bridge, windowState());
    await app.actions.setStoreSecret('correct horse battery staple');
    expect(app.store.getState().storeSecret).toBe('sealed');
    expect(JSON.stringify(app.store.getState())).not.toContain('horse');
  });
});
