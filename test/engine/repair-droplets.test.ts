import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KEPT_BYTES, RepairDroplets } from '../../core/engine/repair-droplets.ts';

const FIRST = 1024;
const SIZE = 64;
/** As many as are made at a time. */
const RUN = 16;

/** Droplets whose bytes are their ids; `made` counts how often each was made, `runs` holds how many at a time. */
function droplets() {
  const made = new Map<number, number>();
  const runs: number[] = [];
  const room = new Uint8Array(RUN * SIZE);
  const repair = new RepairDroplets(FIRST, SIZE, new Uint8Array(KEPT_BYTES), (id, count) => {
    const now = Math.min(count, RUN);
    runs.push(now);
    for (let i = 0; i < now; i++) {
      made.set(id + i, (made.get(id + i) ?? 0) + 1);
      room.fill((id + i) & 0xff, i * SIZE, (i + 1) * SIZE);
    }
    return { made: now, room };
  });
  return { repair, made, runs };
}

test('whatever is ordered comes right, and the first droplets of a block are made once', () => {
  const orders = fc.array(
    fc.tuple(fc.integer({ min: FIRST, max: FIRST + 200 }), fc.integer({ min: 1, max: 40 })),
  );
  fc.assert(
    fc.property(orders, (all) => {
      const { repair, made } = droplets();
      for (const [id, count] of all) {
        const into = new Uint8Array(7 + count * SIZE);
        repair.write(id, count, into, 7);
        for (let i = 0; i < count; i++) {
          const symbol = into.subarray(7 + i * SIZE, 7 + (i + 1) * SIZE);
          expect(symbol.every((byte) => byte === ((id + i) & 0xff))).toBe(true);
        }
        expect(into.subarray(0, 7).every((byte) => byte === 0)).toBe(true);
      }
      for (const [id, times] of made) if (id < FIRST + 128) expect(times).toBe(1);
    }),
  );
});

test('ids far behind the first are made whenever they are wanted', () => {
  const { repair, made } = droplets();
  const into = new Uint8Array(SIZE);
  for (let i = 0; i < 3; i++) repair.write(0xffff_ffff, 1, into, 0);
  expect(made.get(0xffff_ffff)).toBe(3);
});

test('droplets are made in runs, those that are kept and those that are not', () => {
  const { repair, runs } = droplets();
  const into = new Uint8Array(40 * SIZE);
  repair.write(FIRST + 1000, 40, into, 0);
  expect(runs.splice(0)).toEqual([RUN, RUN, 8]);
  repair.write(FIRST, 40, into, 0);
  expect(runs.splice(0)).toEqual([RUN, RUN, 8]);
  repair.write(FIRST + 10, 40, into, 0);
  expect(runs).toEqual([10]);
});
