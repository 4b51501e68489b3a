/** All that can happen to a client, by name. */

import { hasStrace, inTheKernel } from './in-the-kernel.ts';
import { addressChanges, sleeps, wallJumps } from './on-the-clock.ts';
import { onTheDisk } from './on-the-disk.ts';
import type { Happening } from './ordeal.ts';

export const happenings: ReadonlyMap<string, Happening> = new Map([
  ['nothing', onTheDisk('none')],
  ['short write', onTheDisk('short')],
  ['EIO', onTheDisk('EIO')],
  ['ENOSPC', onTheDisk('ENOSPC')],
  ['failed flush', onTheDisk('flush')],
  ['power cut', onTheDisk('cut')],
  ['kill', onTheDisk('kill')],
  ['wall clock', wallJumps],
  ['sleep', sleeps],
  ['new address', addressChanges],
]);

/** Those that take a second each, and strace. */
export const kernelHappenings: ReadonlyMap<string, Happening> = hasStrace()
  ? new Map([
      ['kill at a call', inTheKernel('signal=KILL')],
      ['EIO of a call', inTheKernel('error=EIO')],
      ['ENOSPC of a call', inTheKernel('error=ENOSPC')],
    ])
  : new Map();
