/** Two servers, of which one draws all that it says from a grammar of legal and illegal moves; more: `npm run simulate`. */
import { expect, test } from 'vitest';
import { ordealOf } from './simulation/one-of-two.ts';

/** As a multiple of what the honest server takes alone. */
const MOST = 2;
const SEEDS = 32;
const RUNS = [1, 33, 65, 97, 129];
/** Each of them once found something. */
const TELLING = [95, 355, 374, 539, 702];

function withstands(seed: number): void {
  const { alone, both, complete, isHonestBanned, banned } = ordealOf(seed);
  expect(isHonestBanned, `seed ${seed} banned ${banned}`).toBe(false);
  expect(complete, `seed ${seed}`).toBe(true);
  expect(both / alone, `seed ${seed}`).toBeLessThan(MOST);
}

test.each(RUNS)(
  `whatever one of two servers does, the file is right within twice the time of the other (${SEEDS} seeds from %i)`,
  (first) => {
    for (let seed = first; seed < first + SEEDS; seed++) withstands(seed);
  },
);

test.each(TELLING)('what one of two servers once could do, it can no more (seed %i)', withstands);

test('the end of a file does not wait for who pours a little of it for ever', () => {
  const { alone, both } = ordealOf(191, true);
  expect(both / alone).toBeLessThan(MOST);
});
