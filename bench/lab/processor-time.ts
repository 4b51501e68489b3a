/** Processor time, as Linux counts it. */
import { readFileSync } from 'node:fs';

/** Ticks of the clock that the kernel counts in, per second; the same wherever Linux runs. */
const TICKS = 100;
/** Fields of /proc/PID/stat, counted from 0 behind the name. */
const USER = 11;
const SYSTEM = 12;
const CHILDREN_USER = 13;
const CHILDREN_SYSTEM = 14;

/** Seconds that a process has taken so far. */
export function processorTime(pid: number): number {
  const fields = fieldsOf(pid);
  return (fields[USER] + fields[SYSTEM]) / TICKS;
}

/** Seconds that all children of this process have taken that have ended, and theirs. */
export function processorTimeOfChildren(): number {
  const fields = fieldsOf(process.pid);
  return (fields[CHILDREN_USER] + fields[CHILDREN_SYSTEM]) / TICKS;
}

function fieldsOf(pid: number): number[] {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name may hold anything, closing parentheses too.
  return stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
}
