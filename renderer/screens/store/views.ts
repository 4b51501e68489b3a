/** What the screen of the store shows, one at a time. */
export const VIEWS = ['entries', 'peers', 'recent'] as const;
export type ViewName = (typeof VIEWS)[number];
