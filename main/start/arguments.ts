/** What the app was started with. */

export interface StartArguments {
  /** Started by the system at login: no window before somebody asks for it. */
  readonly hidden: boolean;
  /** What followed `rain:`, as it came: anybody can start a program with anything. */
  readonly link: string | undefined;
}

export const HIDDEN = '--hidden';
const SCHEME = /^rain:/i;

/** Reads the arguments of this or of a second start; those of Chromium and of Electron are passed over. */
export function readArguments(argv: readonly string[]): StartArguments {
  return { hidden: argv.includes(HIDDEN), link: argv.find((argument) => SCHEME.test(argument)) };
}
