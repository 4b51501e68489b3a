import { expect, test } from 'vitest';
import { WAITING_WORDS } from '../../cli/waiting-words.ts';
import { waitingReason } from '../../core/node/waiting-reason.ts';
import { type Asked, waitingFor } from '../../core/protocol/waiting.ts';
import de from '../../renderer/locales/de/problems.json' with { type: 'json' };
import en from '../../renderer/locales/en/problems.json' with { type: 'json' };

const server = (state: Asked['state'], reason?: Asked['reason'], droplets = 0): Asked => ({
  state,
  reason,
  droplets,
  live: false,
  barren: false,
});

/** What a server may be when nothing comes of it. */
const KINDS = {
  silent: server('silent', 'silent'),
  absent: server('absent', 'absent'),
  busy: server('busy', 'busy'),
  refused: server('refused', 'refused'),
  banned: server('banned', 'false-droplets', 9),
  version: server('refused', 'version'),
  gone: server('silent', 'stopped', 9),
  withdrawn: server('absent', 'absent', 9),
} as const;
type Kind = keyof typeof KINDS;

function mixturesOf(kinds: readonly Kind[]): Kind[][] {
  return Array.from({ length: 2 ** kinds.length - 1 }, (_, i) =>
    kinds.filter((_kind, bit) => ((i + 1) >> bit) % 2 === 1),
  );
}

/** Of which mixtures what is said for a reason is true. */
const IS_TRUE: Readonly<Record<string, (has: (kind: Kind) => boolean) => boolean>> = {
  place: (has) => has('busy'),
  gone: (has) => has('gone') && !has('busy'),
  withdrawn: (has) => has('withdrawn') && !has('busy') && !has('gone'),
  version: (has) => has('version') && !has('busy'),
  willing: (has) => has('refused') && !has('busy'),
  trust: (has) => has('banned') && !has('busy') && !has('refused') && !has('version'),
  // What is said of all that answer must be so of all that answer.
  resource: (has) =>
    has('absent') && !['busy', 'refused', 'banned', 'version'].some((kind) => has(kind as Kind)),
  answer: (has) =>
    has('silent') && !Object.keys(KINDS).some((kind) => kind !== 'silent' && has(kind as Kind)),
};

const FIVE = mixturesOf(['silent', 'absent', 'busy', 'refused', 'banned']);
const ALL = mixturesOf(Object.keys(KINDS) as Kind[]);

test('what a transfer waits for is true of every mixture of servers', () => {
  expect(FIVE).toHaveLength(31);
  for (const mixture of [...FIVE, ...ALL]) {
    const reason = waitingReason(
      waitingFor(
        mixture.map((kind) => KINDS[kind]),
        true,
      ),
      [],
    );
    expect([mixture, reason, IS_TRUE[reason]?.((kind) => mixture.includes(kind))]).toEqual([
      mixture,
      reason,
      true,
    ]);
  }
});

test('that servers poured half of it and are gone is told whatever else is asked', () => {
  for (const mixture of ALL.filter((kinds) => kinds.includes('gone') && !kinds.includes('busy')))
    expect(
      waitingFor(
        mixture.map((kind) => KINDS[kind]),
        true,
      ),
    ).toBe('gone');
});

test('a name that was not found is the reason when nobody else is known', () => {
  expect(waitingReason('servers', ['a.invalid'])).toBe('names');
  expect(waitingReason(undefined, [])).toBe('servers');
  expect(waitingReason('answer', ['a.invalid'])).toBe('answer');
});

test('command line and window have words for the same reasons, in every language', () => {
  const reasons = Object.keys(WAITING_WORDS).sort();
  expect(Object.keys(en.waiting).sort()).toEqual(reasons);
  expect(Object.keys(de.waiting).sort()).toEqual(reasons);
});
