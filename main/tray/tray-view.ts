import { recentLinks } from '../activity.ts';
import type { Mirror } from '../node/mirror.ts';
import type { TrayView } from './app-tray.ts';
import { rateText } from './rate-text.ts';

const RECENT_LINKS = 8;

/** What the tray shows of the node, with figures in a language. */
export function trayViewOf(mirror: Mirror, language: string): TrayView {
  const { up, down } = mirror.rates;
  return {
    up: rateText(up, language),
    down: rateText(down, language),
    recent: recentLinks(mirror, RECENT_LINKS),
  };
}
