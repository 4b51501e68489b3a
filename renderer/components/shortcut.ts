import type { About } from '../../preload/contract.ts';

/** Keys with the main modifier, as the system writes them: `⌘C`, `Ctrl+C`. The words are those on the keys. */
export function shortcut(platform: About['platform'], key: string): string {
  return platform === 'darwin' ? `⌘${key}` : `Ctrl+${key}`;
}
