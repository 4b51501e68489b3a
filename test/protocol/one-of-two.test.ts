/** Two servers, of which one draws all that it says from a grammar of legal and illegal moves; more: `npm run simulate`. */
import { expect, test } from 'vitest';
import { ordealOf } from './simulation/one-of-two.ts';

const SEEDS = 32;
const RUNS = [1, 33, 65, 97, 129];
/** Each of them once found something. */
const TELLING = [95, 355, 374, 539, 702];

/** The same of files that take a second or less. */
const TELLING_OF_SMALL = [1, 31, 93, 148, 191, 351, 355, 368, 374, 1164, 1456, 1852, 10727];

function withstands(seed: number, isSmall = false): void {
  const { both, most, complete, isHonestBanned, banned } = ordealOf(seed, isSmall);
  expect(isHonestBanned, `seed ${seed} banned ${banned}`).toBe(false);
  expect(complete, `seed ${seed}`).toBe(true);
  expect(both, `seed ${seed}`).toBeLessThan(most);
}

test.each(RUNS)(
  `whatever one of two servers does, the file is right within twice the time of the other (${SEEDS} seeds from %i)`,
  (first) => {
    for (let seed = first; seed < first + SEEDS; seed++) withstands(seed);
  },
);

test('so it is with a small file, or half a second more (64 seeds from 1)', () => {
  for (let seed = 1; seed <= 64; seed++) withstands(seed, true);
});

test.each(TELLING)('what one of two servers once could do, it can no more (seed %i)', (seed) =>
  withstands(seed),
);

test.each(TELLING_OF_SMALL)('nor to a small file (seed %i)', (seed) => withstands(seed, true));
