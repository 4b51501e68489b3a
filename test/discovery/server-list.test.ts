import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseServerList, readServerList } from '../../core/discovery/server-list.ts';

describe('a server list', () => {
  test('of 2012 is read in its order, each server once', () => {
    const text = `[{"host": "rain.example.org", "port": 1980}, {"host": "2001:DB8::1", "port": 7},
      {"host": "10.0.0.1", "port": 1980, "comment": "kept out"}, {"host": "Rain.Example.org", "port": 1980}]`;
    expect(parseServerList(text)).toEqual([
      { host: 'rain.example.org', port: 1980 },
      { host: '2001:db8::1', port: 7 },
      { host: '10.0.0.1', port: 1980 },
    ]);
  });

  test('may be empty', () => {
    expect(parseServerList('[]')).toEqual([]);
  });

  test.each(['', '{}', '[', 'null', '"rain.example.org:1980"'])('is not %j', (text) => {
    expect(() => parseServerList(text)).toThrow(expect.objectContaining({ code: 'unreadable' }));
  });

  test.each([
    'null',
    '7',
    '"a:1980"',
    '{}',
    '{"host":"a"}',
    '{"port":1980}',
    '{"host":"a","port":"1980"}',
    '{"host":"a","port":0}',
    '{"host":"a","port":65536}',
    '{"host":"a","port":1.5}',
    '{"host":"","port":1980}',
    '{"host":"a b","port":1980}',
    '{"host":"a:1","port":1980}',
    '{"host":"300.1.1.1","port":1980}',
    '{"host":["a"],"port":1980}',
  ])('has no entry %s, and it is named', (bad) => {
    expect(() => parseServerList(`[{"host":"fine","port":1},${bad}]`)).toThrow(
      expect.objectContaining({
        code: 'bad-address',
        message: expect.stringContaining(`Entry 2 of the server list, ${bad}`),
      }),
    );
  });

  test('has at most 4096 entries', () => {
    const entries = (count: number) =>
      JSON.stringify(Array.from({ length: count }, (_, index) => ({ host: `h${index}`, port: 1980 })));
    expect(parseServerList(entries(4096))).toHaveLength(4096);
    expect(() => parseServerList(entries(4097))).toThrow(expect.objectContaining({ code: 'unreadable' }));
  });
});

describe('the file of a server list', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rain-list-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function fileOf(content: string | Buffer): Promise<string> {
    const path = join(folder, 'servers.json');
    await writeFile(path, content);
    return path;
  }

  test('is read with the byte order mark of a Windows editor', async () => {
    const path = await fileOf('\uFEFF[{"host":"a","port":1}]');
    expect(await readServerList(path)).toEqual([{ host: 'a', port: 1 }]);
  });

  test.each([
    ['larger than a megabyte', Buffer.alloc((1 << 20) + 1, ' ')],
    ['not UTF-8', Buffer.from('["\xff"]', 'latin1')],
  ])('is refused when it is %s', async (_, content) => {
    await expect(readServerList(await fileOf(content))).rejects.toMatchObject({ code: 'unreadable' });
  });

  test.skipIf(process.platform === 'win32')(
    'is read from a pipe, which hands it over in pieces',
    async () => {
      const list = Array.from({ length: 4000 }, (_, i) => ({ host: `a${i}.example.org`, port: 1 }));
      const path = join(folder, 'pipe');
      await rm(path, { force: true });
      execFileSync('mkfifo', [path]);
      const writing = writeFile(path, JSON.stringify(list));
      expect(await readServerList(path)).toEqual(list);
      await writing;
    },
  );

  test('is refused when it is missing or a folder', async () => {
    await expect(readServerList(join(folder, 'none.json'))).rejects.toMatchObject({ code: 'no-such-path' });
    await expect(readServerList(folder)).rejects.toMatchObject({ code: 'unreadable' });
  });
});
