import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { defaultConfig, parseConfig, readConfig } from '../../core/murky/config.ts';
import { temporaryFolder } from '../content/temporary.ts';

const OF_2012 = `{
	"http":{
		"host": "",
		"port": 8080
		},
	"pouring-rain":{
		"port": 1980
		},
	"data-dir": "./data/",
	"servers-list": "./servers.json",
	"behaviour": {
		"propagate-on-startup": false,
		"auto-add-peers": true,
		"share-content": true
		}
}
`;

function failureOf(text: string): unknown {
  try {
    return parseConfig(text, '/somewhere/murky.json');
  } catch (error) {
    return error;
  }
}

test('a file of 2012 means what it meant, but for who is let in', async () => {
  const path = join(temporaryFolder(), 'murky-config.json');
  writeFileSync(path, OF_2012);
  const folder = join(path, '..');
  expect(await readConfig(path)).toEqual({
    ...defaultConfig,
    http: { ...defaultConfig.http, host: '127.0.0.1', port: 8080 },
    port: 1980,
    dataDir: join(folder, 'data'),
    serversList: join(folder, 'servers.json'),
  });
});

test('an empty file is all defaults, with or without a byte order mark', () => {
  expect(parseConfig('{}', '/a/b')).toEqual(defaultConfig);
  expect(parseConfig('\ufeff{}', '/a/b')).toEqual(defaultConfig);
});

test.each([
  ['{"htpp": {}}', '"htpp"'],
  ['{"http": {"hots": "x"}}', '"http.hots"'],
  ['{"behaviour": {"share-content": "yes"}}', '"behaviour.share-content"'],
  ['{"behaviour": {"sharecontent": true}}', '"behaviour.sharecontent"'],
  ['{"http": {"port": "8080"}}', '"http.port"'],
  ['{"http": {"port": 65536}}', '"http.port"'],
  ['{"pouring-rain": 1980}', '"pouring-rain"'],
  ['{"data-dir": ""}', '"data-dir"'],
  ['{"limits": {"idle-seconds": -1}}', '"limits.idle-seconds"'],
  ['{"classic": {"allow": "lan"}}', '"classic.allow"'],
  ['[]', 'the whole'],
  ['{', 'is no JSON'],
])('%s is refused, and the key is named', (text, named) => {
  const failure = failureOf(text);
  expect(failure).toMatchObject({ code: 'bad-config' });
  expect(String(failure)).toContain(named);
});

test('a secret that is too short is not repeated', () => {
  const failure = failureOf('{"secret": "hunter2", "http": {"token": "letmein"}}');
  expect(String(failure)).toContain('"secret"');
  expect(String(failure)).toContain('"http.token"');
  expect(String(failure)).not.toMatch(/hunter2|letmein/);
});

test.each([
  ['"hunter2-hunter2"x', 'line 1 column 18'],
  ['hunter2-hunter2', 'no JSON'],
  ['{"secret": "hunter2-hunter2" "lan": true}', 'line 1 column 30'],
])('of %s, which is no JSON, nothing is repeated', (text, where) => {
  const failure = failureOf(text);
  expect(String(failure)).toContain(where);
  expect(inspect(failure)).not.toContain('hunter2');
});

test('every key is documented, and every documented key is one', () => {
  const documented = [...docsTable().matchAll(/^\| `([a-z.-]+)` \|/gm)].map((match) => match[1]);
  expect(documented.length).toBeGreaterThan(15);
  for (const key of documented) {
    // A value of a wrong type is refused by its name, an unknown key as one.
    const value = key
      .split('.')
      .reduceRight<unknown>((inner, name) => ({ [name]: inner }), { wrong: 'type' });
    expect(String(failureOf(JSON.stringify(value)))).not.toContain('there is no key');
    expect(String(failureOf(JSON.stringify(value)))).toContain(`"${key}"`);
  }
  const source = readFileSync(new URL('../../core/murky/config.ts', import.meta.url), 'utf8');
  const names = new Set(documented.flatMap((key) => key.split('.')));
  for (const [, name] of source.matchAll(/^ {2,4}'?([a-z-]+)'?: (?:z|port|section)\b/gm)) {
    expect([name, names.has(name)]).toEqual([name, true]);
  }
});

function docsTable(): string {
  return readFileSync(new URL('../../docs/murky-waters.md', import.meta.url), 'utf8');
}

test('a file with a secret or a token that others can read is complained of, and one without is not', async () => {
  const path = join(temporaryFolder(), 'murky.json');
  const concerns = async (text: string, mode: number): Promise<string | undefined> => {
    rmSync(path, { force: true });
    writeFileSync(path, text);
    chmodSync(path, mode);
    return (await readConfig(path)).concern;
  };
  const secret = JSON.stringify({ secret: 'a secret of the cluster' });
  const token = JSON.stringify({ http: { token: 'a token of the gateway' } });
  for (const text of [secret, token]) {
    expect(await concerns(text, 0o644)).toContain(`chmod 600 ${JSON.stringify(path)}`);
    expect(await concerns(text, 0o600)).toBeUndefined();
  }
  expect(await concerns('{}', 0o644)).toBeUndefined();
});
