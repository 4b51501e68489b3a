import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

type Rgb = readonly [number, number, number];
type Scheme = 'light' | 'dark';
const SCHEMES = ['light', 'dark'] as const;

const css = readFileSync(new URL('../../renderer/design/tokens.css', import.meta.url), 'utf8');
const colours = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g)].map(
    ([, name, light, dark]) => [name, { light: rgb(light), dark: rgb(dark) }],
  ),
);

function rgb(hex: string): Rgb {
  const channel = (at: number): number => Number.parseInt(hex.slice(at, at + 2), 16) / 255;
  return [channel(1), channel(3), channel(5)];
}

function colour(name: string, scheme: Scheme): Rgb {
  const found = colours.get(name);
  if (found === undefined) throw new Error(`There is no colour ${name}.`);
  return found[scheme];
}

/** sRGB to linear light (IEC 61966-2-1). */
function linear([r, g, b]: Rgb): Rgb {
  const one = (c: number): number => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
  return [one(r), one(g), one(b)];
}

/** WCAG 2.2, contrast ratio. */
function contrast(a: Rgb, b: Rgb): number {
  const [high, low] = [a, b]
    .map(linear)
    .map(([r, g, blue]) => 0.2126 * r + 0.7152 * g + 0.0722 * blue)
    .sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

const GROUNDS = ['ground', 'surface', 'raised', 'sunken', 'hover'];
const CHART = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => `chart-${n}`);

describe.each(SCHEMES)('in the %s scheme', (scheme) => {
  const least = (on: string, grounds: readonly string[]): number =>
    Math.min(...grounds.map((ground) => contrast(colour(on, scheme), colour(ground, scheme))));

  test('text can be read on every ground', () => {
    const tinted = ['accent-ground', 'good-ground', 'warning-ground', 'danger-ground'];
    expect(least('text', [...GROUNDS, 'pressed', ...tinted])).toBeGreaterThanOrEqual(7);
    expect(least('text-muted', [...GROUNDS, ...tinted])).toBeGreaterThanOrEqual(4.5);
    expect(least('accent', ['ground', 'surface', 'raised', 'hover', 'accent-ground'])).toBeGreaterThanOrEqual(
      4.5,
    );
    for (const meaning of ['good', 'warning', 'danger'])
      expect(least(meaning, [...GROUNDS, `${meaning}-ground`]), meaning).toBeGreaterThanOrEqual(4.5);
  });

  test('words on buttons can be read', () => {
    expect(least('on-accent', ['accent', 'accent-hover', 'accent-pressed'])).toBeGreaterThanOrEqual(4.5);
    expect(least('on-danger', ['danger', 'danger-hover'])).toBeGreaterThanOrEqual(4.5);
  });

  test('edges of controls and bands of charts stand out', () => {
    expect(least('edge', ['ground', 'surface', 'raised'])).toBeGreaterThanOrEqual(3);
    for (const band of CHART) expect(least(band, ['ground', 'surface']), band).toBeGreaterThanOrEqual(3);
  });

  test.each(Object.entries(visions()))('bands of charts differ for %s', (_name, matrix) => {
    const seen = CHART.map((band) => lab(multiplied(matrix, linear(colour(band, scheme)))));
    for (const [i, a] of seen.entries())
      for (const [j, b] of seen.entries())
        if (i < j)
          expect(Math.hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]), `${i + 1}, ${j + 1}`).toBeGreaterThan(12);
  });
});

/** Linear RGB as seen: Machado, Oliveira and Fernandes 2009, severity 1. */
function visions(): Readonly<Record<string, readonly [Rgb, Rgb, Rgb]>> {
  return {
    everybody: [
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ],
    protanopes: [
      [0.152286, 1.052583, -0.204868],
      [0.114503, 0.786281, 0.099216],
      [-0.003882, -0.048116, 1.051998],
    ],
    deuteranopes: [
      [0.367322, 0.860646, -0.227968],
      [0.280085, 0.672501, 0.047413],
      [-0.01182, 0.04294, 0.968881],
    ],
    tritanopes: [
      [1.255528, -0.076749, -0.178779],
      [-0.078411, 0.930809, 0.147602],
      [0.004733, 0.691367, 0.3039],
    ],
  };
}

function multiplied(matrix: readonly [Rgb, Rgb, Rgb], [r, g, b]: Rgb): Rgb {
  const row = ([x, y, z]: Rgb): number => Math.min(1, Math.max(0, x * r + y * g + z * b));
  return [row(matrix[0]), row(matrix[1]), row(matrix[2])];
}

/** Linear sRGB to CIE L*a*b*, D65. */
function lab([r, g, b]: Rgb): Rgb {
  const f = (t: number): number => (t > 216 / 24389 ? Math.cbrt(t) : (24389 / 27) * (t / 116) + 16 / 116);
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}
