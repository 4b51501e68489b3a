import { expect, test } from 'vitest';
import { z } from 'zod';
import { openStore, temporaryFolder } from './fixtures.ts';

const port = { key: 'port', schema: z.int().min(1).max(65535) };

test('a setting comes back, over a restart too, until it is unset', () => {
  const dataDir = temporaryFolder();
  const store = openStore(dataDir);
  expect(store.settings.get(port)).toBeUndefined();
  store.settings.set(port, 1980);
  store.settings.set(port, 1981);
  store.close();
  const { settings } = openStore(dataDir);
  expect(settings.get(port)).toBe(1981);
  settings.set(port, undefined);
  expect(settings.get(port)).toBeUndefined();
});

test('a value that the schema does not take counts as unset', () => {
  const { settings } = openStore();
  settings.set({ key: port.key, schema: z.string() }, 'any');
  expect(settings.get(port)).toBeUndefined();
});
