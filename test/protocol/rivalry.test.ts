import { expect, test } from 'vitest';
import { Company, Rivalry } from '../../core/protocol/rivalry.ts';

const NEVER = Number.NEGATIVE_INFINITY;

test('paths with similar queues share a bottleneck, and who says nothing any more has no part of it', () => {
  const company = new Company();
  const [one, other, apart] = [new Rivalry(company), new Rivalry(company), new Rivalry(company)];
  company.report(one, 0, 50, NEVER);
  company.report(other, 0, 60, 7);
  company.report(apart, 0, 200, 9);
  expect(company.sharing(100, 50)).toEqual({ sharing: 2, lostAt: 7 });
  company.report(one, 5500, 50, NEVER);
  expect(company.sharing(5500, 50)).toEqual({ sharing: 1, lostAt: NEVER });
  company.report(other, 5600, 60, 7);
  expect(company.sharing(5600, 50)).toEqual({ sharing: 2, lostAt: 7 });
});
