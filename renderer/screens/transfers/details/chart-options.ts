/** How the chart of throughput looks: uPlot, in the tokens of the window. */
import type uPlot from 'uplot';
import { OWN_BANDS } from '../../../state/samples.ts';
import { colourIn } from './canvas-colours.ts';
import { SPAN } from './stack.ts';

/** A band that is thinner has no number in it, pixels. */
const ROOM_FOR_NUMBER = 16;
/** Between a number and the right end of its band, pixels. */
const NUMBER_INSET = 12;
/** Seconds that a chart shows at least. */
const LEAST_SPAN = 15;
/** Without traffic the scale still has a height, bytes per second. */
const LEAST_SCALE = 100_000;

export interface ChartWords {
  rate(value: number): string;
  /** Of so many seconds ago; 0 is now. */
  age(seconds: number): string;
}

/** The token of a band: the last one is of all servers that have none of their own. */
export function bandColour(band: number): string {
  return `var(--chart-${Math.min(band, OWN_BANDS) + 1})`;
}

export function chartOptions(
  element: HTMLElement,
  bands: readonly number[],
  size: { readonly width: number; readonly height: number },
  words: ChartWords,
): uPlot.Options {
  const colour = (expression: string): string => colourIn(element, expression);
  const ground = colour('var(--surface)');
  const font = `11px ${getComputedStyle(element).fontFamily}`;
  const axis = { stroke: colour('var(--text-muted)'), font, ticks: { show: false } };
  return {
    ...size,
    legend: { show: false },
    cursor: { show: false },
    padding: [8, 16, 0, 0],
    scales: {
      x: { time: false, range: (_, oldest) => [-spanOf(oldest ?? 0), 0] },
      y: { range: (_, __, most) => [0, Math.max(most ?? 0, LEAST_SCALE) * 1.1] },
    },
    axes: [
      {
        ...axis,
        grid: { show: false },
        size: 24,
        gap: 6,
        splits: (_, __, start) => agesOf(-start),
        values: (_, splits) => splits.map((age) => words.age(-age)),
      },
      {
        ...axis,
        grid: { stroke: colour('var(--line)'), width: 1 },
        size: 76,
        gap: 8,
        space: 44,
        values: (_, splits) => splits.map((rate) => (rate === 0 ? '0' : words.rate(rate))),
      },
    ],
    series: [
      {},
      ...bands.map((band) => ({
        fill: colour(bandColour(band)),
        // Bands are told apart by the line between them, too.
        stroke: ground,
        width: 2,
        points: { show: false },
      })),
    ],
    hooks: { draw: [(plot) => drawNumbers(plot, bands, ground, font)] },
  };
}

/** Seconds to show when the oldest sample is of `age`, which is negative: a chart that has just begun is not empty. */
function spanOf(age: number): number {
  return Math.min(SPAN, Math.max(LEAST_SPAN, -age));
}

/** Where the axis of time has its words, seconds up to 0. */
function agesOf(span: number): number[] {
  const step = span > 45 ? 30 : span > 20 ? 15 : 5;
  return Array.from({ length: Math.floor(span / step) + 1 }, (_, i) => -step * i).toReversed();
}

/** The number of a band, as in the table of servers, near its right end. */
function drawNumbers(plot: uPlot, bands: readonly number[], colour: string, font: string): void {
  const { ctx, data } = plot;
  if (data[0].length === 0) return;
  const ratio = devicePixelRatio;
  const x = (plot.bbox.left + plot.bbox.width) / ratio - NUMBER_INSET;
  const at = plot.valToIdx(plot.posToVal(x * ratio, 'x', true));
  const heightOf = (series: number): number =>
    series < data.length ? plot.valToPos(data[series][at] ?? 0, 'y', true) : plot.valToPos(0, 'y', true);
  ctx.save();
  ctx.scale(ratio, ratio);
  ctx.fillStyle = colour;
  ctx.font = `bold ${font}`;
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  for (const [i, band] of bands.entries()) {
    const top = heightOf(i + 1) / ratio;
    const bottom = heightOf(i + 2) / ratio;
    if (bottom - top < ROOM_FOR_NUMBER || band >= OWN_BANDS) continue;
    ctx.fillText(`${band + 1}`, x, (top + bottom) / 2);
  }
  ctx.restore();
}
