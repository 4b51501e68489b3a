/** What a process has in memory, as Linux counts it. */
import { readFileSync } from 'node:fs';

export interface Resident {
  /** Bytes now. */
  readonly now: number;
  /** Bytes at most so far. */
  readonly peak: number;
}

/** Throws where there is no /proc, and when the process has ended. */
export function residentOf(pid: number): Resident {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const of = (name: string): number =>
    1024 * Number(new RegExp(`^${name}:\\s*(\\d+) kB$`, 'm').exec(status)?.[1]);
  return { now: of('VmRSS'), peak: of('VmHWM') };
}
