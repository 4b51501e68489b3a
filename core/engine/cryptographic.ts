import { randomFillSync } from 'node:crypto';
import type { Random } from '../protocol/random.ts';

/** Numbers that nobody can guess, drawn from the system a kilobyte at a time. */
export function cryptographic(): Random {
  const pool = new Uint32Array(256);
  let used = pool.length;
  return {
    u32() {
      if (used === pool.length) {
        randomFillSync(pool);
        used = 0;
      }
      return pool[used++];
    },
  };
}
