/** What becomes of the app when its window is closed. */

export type Closing =
  /** Nothing is left to do, or the person wants it so. */
  | 'quit'
  /** Out of sight, and to be found again. */
  | 'hide'
  /** There is no place to hide in. */
  | 'minimize';

export interface ClosingCircumstances {
  readonly onClose: 'tray' | 'quit';
  /** Something is shared or fetched, or there is a store. */
  readonly atWork: boolean;
  readonly tray: boolean;
  readonly platform: NodeJS.Platform;
}

export function whatClosingDoes({ onClose, atWork, tray, platform }: ClosingCircumstances): Closing {
  if (onClose === 'quit' || !atWork) return 'quit';
  // macOS keeps an app without windows in its dock.
  if (tray || platform === 'darwin') return 'hide';
  return 'minimize';
}
