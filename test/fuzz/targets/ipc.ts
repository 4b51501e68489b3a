/** Requests of the window: a name, a line feed, and the argument in JSON. */
import { isDeepStrictEqual } from 'node:util';
import { answer } from '../../../main/ipc/answer.ts';
import { parsers } from '../../../main/ipc/parsers.ts';
import type { RequestName } from '../../../preload/contract.ts';
import { bytesOf, must, type Target, textOf } from '../target.ts';

const ARGUMENTS: Partial<Record<RequestName, unknown>> = {
  chooseShare: { what: 'files', public: true },
  shareDropped: { paths: ['/a', '/b'], public: false },
  setPublic: { key: 1, public: true },
  readLinks: { text: 'rain:0123456789abcdef' },
  fetch: { link: 'rain:0123456789abcdef' },
  remove: { key: 2, deleteFiles: true },
  changeSettings: {
    port: 1980,
    bind: '::1',
    uploadLimit: null,
    uploadLimitUnit: 'Mbit',
    onClose: 'tray',
    theme: 'dark',
    language: 'de',
  },
  addServer: { address: 'example.org:1980' },
  removeServer: { address: 'example.org:1980' },
};
const NAMES = Object.keys(parsers) as readonly RequestName[];

/** What gets as far as an answer is what was asked, in nothing else than what the contract names. */
const answers = Object.fromEntries(
  NAMES.map((name) => [name, (argument: unknown) => argument]),
) as Parameters<typeof answer>[0];

export const ipc: Target = {
  name: 'ipc',
  seeds: NAMES.map((name) => bytesOf(`${name}\n${JSON.stringify(ARGUMENTS[name] ?? { key: 3 })}`)),
  words: [
    ...NAMES,
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
    '"key":',
    '\\u0000',
  ],
  batch: 200,
  take: async (input) => {
    const text = textOf(input);
    const end = text.indexOf('\n');
    const name = NAMES.find((each) => each === text.slice(0, end));
    if (name === undefined) return;
    const argument = argumentOf(text.slice(end + 1));
    const result = await answer(answers, name, argument);
    if (!result.ok) must(result.problem.code === 'usage', `not refused in words: ${result.problem.message}`);
    else must(isDeepStrictEqual(result.value, argument), 'another argument than the one that came');
    must(!('polluted' in {}), 'every object has got a property');
  },
};

function argumentOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
