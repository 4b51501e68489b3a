/** Files that a person edits, or an older version wrote: configuration of a store, server lists, settings of the app. */
import { isAbsolute } from 'node:path';
import { parseServerList } from '../../../core/discovery/server-list.ts';
import { Failure } from '../../../core/failure.ts';
import { parseConfig } from '../../../core/murky/config.ts';
import { formatAddress, parseAddress } from '../../../core/wire/address.ts';
import { defaultSettings, repairSettings } from '../../../main/settings/schema.ts';
import { bytesOf, must, type Target, textOf } from '../target.ts';
import { unlessRefused } from './refused.ts';

const SECRET = 'hunter2-hunter2-hunter2';
const DEFAULTS = defaultSettings('/home/rain');

export const config: Target = {
  name: 'config',
  seeds: [
    {},
    { http: { host: '::1', port: 80, token: SECRET, 'allowed-hosts': ['Murky.example'] }, secret: SECRET },
    {
      'pouring-rain': { port: 1980, bind: '0.0.0.0' },
      'data-dir': 'data',
      'servers-list': 's.json',
      lan: false,
    },
    { behaviour: { 'propagate-on-startup': true, 'auto-add-peers': false, 'share-content': true } },
    { classic: { enabled: true, allow: ['loopback'] }, limits: { 'open-requests': 1, 'idle-seconds': 0.5 } },
    [
      { host: 'example.org', port: 1980 },
      { host: '::1', port: 1 },
    ],
    { ...DEFAULTS, port: 1980, uploadLimit: 5 },
  ].map((value) => bytesOf(JSON.stringify(value))),
  words: [
    '"',
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    'null',
    '1e999',
    '-0',
    '"__proto__":',
    '\\ud800',
    '\ufeff',
    SECRET,
  ],
  batch: 200,
  take: (input) => {
    const text = textOf(input);
    checkConfig(text);
    const servers = unlessRefused(['unreadable', 'bad-address'], () => parseServerList(text));
    for (const server of servers ?? []) parseAddress(formatAddress(server));
    checkSettings(text);
  },
};

function checkConfig(text: string): void {
  let read: ReturnType<typeof parseConfig>;
  try {
    read = parseConfig(text, '/etc/murky.json');
  } catch (error) {
    must(error instanceof Failure && error.code === 'bad-config', `no refusal: ${error}`);
    // A key that nobody knows is named, whatever it is called.
    const said = error.message.replace(/there is no key ".*/s, '');
    must(!said.includes(SECRET.slice(0, 6)), `the secret is repeated: ${error.message}`);
    return;
  }
  const { http, dataDir, secret, limits } = read;
  must(http.port <= 65_535 && http.host !== '', 'an address that is none, or all');
  must(
    (http.token ?? SECRET).length >= 16 && (secret ?? SECRET).length >= 16,
    'a secret that can be guessed',
  );
  must(dataDir === undefined || isAbsolute(dataDir), 'a folder that depends on where it is started');
  must(limits.openRequests >= 1 && limits.idleSeconds > 0 && limits.headerBytes >= 1024, 'limits of nothing');
}

function checkSettings(text: string): void {
  let stored: unknown;
  try {
    stored = JSON.parse(text);
  } catch {
    return;
  }
  const { settings } = repairSettings(stored, DEFAULTS);
  must(Object.keys(settings).sort().join() === Object.keys(DEFAULTS).sort().join(), 'other settings');
  must(isAbsolute(settings.downloadFolder), 'downloads that go anywhere');
  must(settings.port === null || (settings.port >= 1 && settings.port <= 65_535), 'no port');
}
