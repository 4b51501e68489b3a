import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Heap } from '../../core/protocol/heap.ts';

/** What is done to one of ten entries: it gets another key and is put where it belongs, or it is taken out. */
const step = fc.record({ entry: fc.nat(9), key: fc.option(fc.nat(20), { nil: undefined }) });

test('the least is the first, whatever was put, changed and taken out', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const entries = Array.from({ length: 10 }, () => ({ key: 0, place: -1 }));
      const heap = new Heap<{ key: number; place: number }>((a, b) => a.key < b.key);
      const present = new Set<{ key: number; place: number }>();
      for (const { entry: index, key } of steps) {
        const entry = entries[index];
        if (key === undefined) {
          heap.remove(entry);
          present.delete(entry);
        } else {
          entry.key = key;
          heap.put(entry);
          present.add(entry);
        }
        const keys = [...present].map((each) => each.key);
        expect(heap.first?.key).toBe(keys.length === 0 ? undefined : Math.min(...keys));
      }
    }),
  );
});
