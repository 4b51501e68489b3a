/** How numbers, times and names look on a terminal. */
import { jsonWithUnseenEscaped, withUnseenShown } from '../core/plain-text.ts';

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'] as const;

/** `999 B`, `1.5 kB`, `64 MB`: powers of 1000, at most three digits. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit += 1;
  }
  // 9.96 would be written 10.0, one digit more than 10.4 gets.
  const digits = unit > 0 && value < 9.95 ? 1 : 0;
  return `${value.toFixed(digits)} ${UNITS[unit]}`;
}

export function formatRate(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`;
}

/** Of 0..1: `0.4 %`, `12 %`. */
export function formatPercent(part: number): string {
  const percent = part * 100;
  return `${percent > 0 && percent < 9.95 ? percent.toFixed(1) : percent.toFixed(0)} %`;
}

/** Progress of 0..1 never shows 100 before all of it is there. */
export function formatProgress(part: number): string {
  return `${Math.floor(Math.min(part, 1) * 100)} %`;
}

/** Seconds as `0:07`, `12:34`, `3:05:00`, `2 days`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole >= 48 * 3600) {
    return `${Math.round(whole / 86_400)} days`;
  }
  const parts = [Math.floor(whole / 60) % 60, whole % 60].map((part) => String(part).padStart(2, '0'));
  const hours = Math.floor(whole / 3600);
  return hours > 0 ? `${hours}:${parts.join(':')}` : `${Number(parts[0])}:${parts[1]}`;
}

export function count(many: number, one: string, more = `${one}s`): string {
  return `${many} ${many === 1 ? one : more}`;
}

export function bar(part: number, width: number): string {
  const full = Math.floor(Math.min(Math.max(part, 0), 1) * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
}

/** Text of a stranger, safe on a terminal: escape sequences begin with a character that is written out. */
export function visible(text: string): string {
  return withUnseenShown(text);
}

/** The same characters as JSON escapes; JSON.stringify leaves those above U+001F as they are. */
export function jsonLine(value: object): string {
  return jsonWithUnseenEscaped(JSON.stringify(value));
}

/** At most `width` characters, the middle left out. */
export function shorten(text: string, width: number): string {
  const characters = [...text];
  if (characters.length <= width) {
    return text;
  }
  const head = Math.ceil((width - 1) / 2);
  return [
    ...characters.slice(0, head),
    '…',
    ...characters.slice(characters.length - (width - 1 - head)),
  ].join('');
}

/** Columns as wide as their widest cell; columns whose index is in `right` are aligned to the right. */
export function table(
  rows: readonly (readonly string[])[],
  right: ReadonlySet<number> = new Set(),
): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => [...row[column]].length)));
  return rows.map((row) =>
    row
      .map((cell, column) => {
        const padding = ' '.repeat(widths[column] - [...cell].length);
        return right.has(column) ? padding + cell : cell + padding;
      })
      .join('  ')
      .trimEnd(),
  );
}
