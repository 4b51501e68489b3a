const UNITS = ['B/s', 'kB/s', 'MB/s', 'GB/s'] as const;

/** Bytes per second as a person reads it, in decimal units: `1.2 MB/s`. */
export function rateText(bytesPerSecond: number, language: string): string {
  let value = bytesPerSecond;
  let unit = 0;
  while (value >= 999.5 && unit < UNITS.length - 1) {
    value /= 1000;
    unit++;
  }
  const digits = unit === 0 || value >= 99.95 ? 0 : 1;
  const number = new Intl.NumberFormat(language, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return `${number.format(value)}\u00a0${UNITS[unit]}`;
}
