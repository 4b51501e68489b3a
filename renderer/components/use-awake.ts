import { useEffect, useState } from 'react';

/** For so long, ms, nothing must have been typed, and the window must have had the keyboard. */
const QUIET = 1_000;

/**
 * Whether the buttons of a question that nobody asked for may be used: keys that were meant for another window, or for
 * what was here a moment ago, must not answer it. Awake, they stay so until the window loses the keyboard.
 */
export function useAwake(hasKeyboard: boolean): boolean {
  const [isAwake, setAwake] = useState(false);
  useEffect(() => {
    setAwake(false);
    if (!hasKeyboard) return;
    let timer = 0;
    const stop = (): void => {
      clearTimeout(timer);
      window.removeEventListener('keydown', wait, { capture: true });
    };
    const wait = (): void => {
      clearTimeout(timer);
      timer = window.setTimeout(() => {
        stop();
        setAwake(true);
      }, QUIET);
    };
    window.addEventListener('keydown', wait, { capture: true });
    wait();
    return stop;
  }, [hasKeyboard]);
  return isAwake;
}
