/** What asks a command to stop; the terminal that closes does, too. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Milliseconds. A Ctrl-C under npm or npx arrives twice, from the terminal and from npm; signals so close to the
 * first are not a second request.
 */
const SAME_REQUEST = 250;

interface Signals {
  on(signal: (typeof SIGNALS)[number], listener: () => void): unknown;
}

/** Aborted by the first signal; `exit` is called for the second. */
export function interruptOf(signals: Signals, exit: () => void): AbortSignal {
  const controller = new AbortController();
  let first = 0;
  for (const signal of SIGNALS) {
    signals.on(signal, () => {
      if (!controller.signal.aborted) {
        first = performance.now();
        controller.abort();
      } else if (performance.now() - first > SAME_REQUEST) {
        exit();
      }
    });
  }
  return controller.signal;
}
