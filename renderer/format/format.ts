/** Figures as a person reads them, in the words and digits of a locale. Sizes are decimal: 1 kB is 1000 bytes. */

export interface Format {
  /** `4.2 GB`. */
  bytes(value: number): string;
  /** Bytes per second: `27.1 MB/s`. */
  rate(value: number): string;
  /** Of 0..1, rounded down, so that nothing is at 100 % before it is done: `45.3 %`. */
  percent(fraction: number): string;
  /** Of 0..1, rounded: for what is measured and is no progress. */
  ratio(fraction: number): string;
  /** Seconds, in its two largest units: `2 min 5 s`. */
  duration(seconds: number): string;
  count(value: number): string;
  milliseconds(value: number): string;
  /** Ms since the epoch: day and time. */
  moment(time: number): string;
  /** `a, b, and c`. */
  list(items: readonly string[]): string;
}

const SCALE = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte', 'petabyte'] as const;
const UNITS = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
] as const;

const made = new Map<string, Format>();

/** The formats of a locale (BCP 47); made once. */
export function formatIn(locale: string): Format {
  const known = made.get(locale);
  if (known !== undefined) return known;
  const format = createFormat(locale);
  made.set(locale, format);
  return format;
}

function createFormat(locale: string): Format {
  const scaled = (suffix: '' | '-per-second') =>
    SCALE.map((unit, power) =>
      [0, 1, 2].map(
        (digits) =>
          new Intl.NumberFormat(locale, {
            style: 'unit',
            unit: `${unit}${suffix}`,
            unitDisplay: unit === 'byte' && suffix === '' ? 'long' : 'short',
            minimumFractionDigits: power === 0 ? 0 : digits,
            maximumFractionDigits: power === 0 ? 0 : digits,
          }),
      ),
    );
  const sizes = scaled('');
  const rates = scaled('-per-second');
  const percents = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const progress = new Intl.NumberFormat(locale, {
    style: 'percent',
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
    roundingMode: 'floor',
  });
  const counts = new Intl.NumberFormat(locale);
  const ms = new Intl.NumberFormat(locale, { style: 'unit', unit: 'millisecond', maximumFractionDigits: 1 });
  const moments = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const lists = new Intl.ListFormat(locale, { type: 'conjunction' });
  const durations = UNITS.map(
    ([unit]) => new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }),
  );
  const inUnits = (value: number, formats: readonly (readonly Intl.NumberFormat[])[]): string => {
    const { power, shown } = scale(value);
    // Three figures that count, as far as there are any: 4.21, 42.1, 421.
    const digits = shown >= 100 ? 0 : shown >= 10 ? 1 : 2;
    return formats[power][digits].format(shown);
  };
  return {
    bytes: (value) => inUnits(value, sizes),
    rate: (value) => inUnits(value, rates),
    percent: (fraction) => (fraction >= 1 ? percents.format(1) : progress.format(Math.max(0, fraction))),
    ratio: (fraction) => percents.format(fraction),
    duration: (seconds) => {
      const whole = Math.max(1, Math.ceil(seconds));
      const first = Math.max(
        0,
        UNITS.findIndex(([, length]) => whole >= length),
      );
      const parts: string[] = [];
      let rest = whole;
      for (const [i, [, length]] of UNITS.entries()) {
        const amount = Math.floor(rest / length);
        rest -= amount * length;
        if (i === first || (i === first + 1 && amount > 0)) parts.push(durations[i].format(amount));
      }
      return parts.join(' ');
    },
    count: (value) => counts.format(value),
    milliseconds: (value) => ms.format(value >= 10 ? Math.round(value) : value),
    moment: (time) => moments.format(time),
    list: (items) => lists.format(items),
  };
}

/** The largest unit that leaves at least one before the point, after rounding to three figures. */
function scale(value: number): { readonly power: number; readonly shown: number } {
  let power = 0;
  let shown = Math.max(0, value);
  while (shown >= 999.5 && power < SCALE.length - 1) {
    shown /= 1000;
    power++;
  }
  return { power, shown };
}
