import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { BlockMap as Blocks, TransferSnapshot } from '../../../../core/api.ts';
import { useFormat } from '../../../format/use-format.ts';
import styles from './BlockMap.module.css';
import { blockGrid } from './block-grid.ts';
import { colourIn, useScheme } from './canvas-colours.ts';
import { Section } from './Section.tsx';

const { map, none } = styles;
/** Pixels of a cell with its gap. */
const LEAST_WIDTH = 9;
const LINE_HEIGHT = 11;
const GAP = 1;
/** Shades between empty and verified. */
const SHADES = 8;

/** How the blocks fill. */
export function BlockMap({ transfer }: { readonly transfer: TransferSnapshot }) {
  const { t } = useTranslation('transfers');
  const format = useFormat();
  const { blocks, bytes, verified } = transfer;
  const percent = format.percent(bytes === undefined ? 0 : bytes === 0 ? 1 : verified / bytes);
  return (
    <Section
      title={t('details.blocks')}
      figure={blocks === undefined ? '' : t('details.blocksVerified', { percent })}
    >
      {blocks === undefined ? (
        <p className={none}>{t('details.blocksUnknown')}</p>
      ) : (
        <Cells
          blocks={blocks}
          label={t('details.blocksText', {
            percent,
            count: blocks.count,
            formatted: format.count(blocks.count),
          })}
        />
      )}
    </Section>
  );
}

function Cells({ blocks: { cells }, label }: { readonly blocks: Blocks; readonly label: string }) {
  const [canvas, setCanvas] = useState<HTMLCanvasElement | null>(null);
  const width = useWidth(canvas);
  const scheme = useScheme();
  // biome-ignore lint/correctness/useExhaustiveDependencies: colours depend on the scheme
  useEffect(() => {
    if (canvas !== null && width > 0) draw(canvas, cells, width);
  }, [canvas, cells, width, scheme]);
  const { rows } = blockGrid(cells.length, width, LEAST_WIDTH);
  return (
    <canvas
      ref={setCanvas}
      className={map}
      style={{ height: rows * LINE_HEIGHT }}
      role="img"
      aria-label={label}
    />
  );
}

function useWidth(element: HTMLElement | null): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (element === null) return;
    const watch = new ResizeObserver(([{ contentRect }]) => setWidth(Math.floor(contentRect.width)));
    watch.observe(element);
    return () => watch.disconnect();
  }, [element]);
  return width;
}

function draw(canvas: HTMLCanvasElement, cells: Uint8Array, width: number): void {
  const context = canvas.getContext('2d');
  const parent = canvas.parentElement;
  if (context === null || parent === null) return;
  const { columns, rows, step } = blockGrid(cells.length, width, LEAST_WIDTH);
  const ratio = devicePixelRatio;
  canvas.width = width * ratio;
  canvas.height = rows * LINE_HEIGHT * ratio;
  context.scale(ratio, ratio);
  const shades = Array.from({ length: SHADES + 1 }, (_, shade) => colourIn(parent, shadeOf(shade)));
  for (const [i, cell] of cells.entries()) {
    // Nothing but what is verified has the full colour.
    const shade = cell === 255 ? SHADES : cell === 0 ? 0 : 1 + Math.floor((cell * (SHADES - 1)) / 255);
    const x = Math.round((i % columns) * step);
    const end = Math.round(((i % columns) + 1) * step);
    context.fillStyle = shades[shade];
    context.fillRect(x, Math.floor(i / columns) * LINE_HEIGHT, end - x - GAP, LINE_HEIGHT - GAP);
  }
}

function shadeOf(shade: number): string {
  if (shade === SHADES) return 'var(--accent)';
  return `color-mix(in srgb, var(--accent) ${Math.round((70 * shade) / SHADES)}%, var(--pressed))`;
}
