import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 collect garbage before it takes more memory for it. Left to itself it lets what is
 * young in this thread grow to a hundred megabytes and more (the threads of the engine have a limit of their own), and
 * what is old in any thread to half a gigabyte before it looks at it for the first time.
 */
export function beThrifty(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  // Megabytes; for the threads that are started from here on.
  setFlagsFromString('--initial-old-space-size=16');
}
