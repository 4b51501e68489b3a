import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Connection } from '../../core/store/connection.ts';
import { nodeSchema } from '../../core/store/database.ts';
import { migrate, migrations, userVersion } from '../../core/store/migrations.ts';
import { newShare, openStore, temporaryFolder } from './fixtures.ts';

test.each(migrations.map((_, at) => at + 1))(
  'a database of version %i opens and can be written',
  (version) => {
    const dataDir = temporaryFolder();
    const old = new Connection(join(dataDir, 'rain.db'));
    old.pragma(`application_id = ${nodeSchema.applicationId}`);
    migrate(old, migrations.slice(0, version));
    expect(userVersion(old)).toBe(version);
    old.close();
    const { shares } = openStore(dataDir);
    expect(shares.list()).toEqual([shares.add(newShare(1))].slice(1));
    expect(shares.list()).toHaveLength(1);
  },
);

test('only the steps that are missing are applied, in order', () => {
  const connection = new Connection(':memory:');
  const steps = [
    'CREATE TABLE a (x INTEGER) STRICT',
    'ALTER TABLE a RENAME TO b',
    'INSERT INTO b VALUES (1)',
  ];
  migrate(connection, steps.slice(0, 1));
  migrate(connection, steps);
  migrate(connection, steps);
  expect(connection.pragma('user_version')).toBe(3);
  expect(connection.command('DELETE FROM b').run()).toBe(1);
});

test('a step that fails leaves the database at the step before', () => {
  const connection = new Connection(':memory:');
  const steps = [
    'CREATE TABLE a (x INTEGER) STRICT',
    'CREATE TABLE b (x INTEGER) STRICT; INSERT INTO c VALUES (1)',
  ];
  expect(() => migrate(connection, steps)).toThrow('no such table: c');
  expect(userVersion(connection)).toBe(1);
  connection.exec('CREATE TABLE b (x INTEGER) STRICT');
});
