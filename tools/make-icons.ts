/**
 * npm run icons: renders the drawings in resources/ to the pictures that Electron and the installers take. A name
 * with @2x beside it is taken by itself on screens of twice the density.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { Resvg } from '@resvg/resvg-js';

const RESOURCES = new URL('../resources/', import.meta.url);
/** Pixels of the icons that a Linux desktop looks for; `icons/` holds one file for each. */
const LINUX_SIZES = [16, 22, 24, 32, 48, 64, 128, 256, 512, 1024];
/** Below it the drawing with fewer blocks is the clearer one. */
const SMALL = 48;

interface Picture {
  readonly drawing: string;
  readonly file: string;
  readonly pixels: number;
}

const pictures: readonly Picture[] = [
  // macOS and Windows: electron-builder makes icns and ico of it.
  { drawing: 'icon.svg', file: 'icon.png', pixels: 1024 },
  ...LINUX_SIZES.map((pixels) => ({
    drawing: pixels < SMALL ? 'icon-small.svg' : 'icon.svg',
    file: `icons/${pixels}x${pixels}.png`,
    pixels,
  })),
  { drawing: 'tray.svg', file: 'tray.png', pixels: 22 },
  { drawing: 'tray.svg', file: 'tray@2x.png', pixels: 44 },
  { drawing: 'tray-template.svg', file: 'trayTemplate.png', pixels: 16 },
  { drawing: 'tray-template.svg', file: 'trayTemplate@2x.png', pixels: 32 },
];

await mkdir(new URL('icons/', RESOURCES), { recursive: true });
for (const { drawing, file, pixels } of pictures) {
  const svg = await readFile(new URL(drawing, RESOURCES), 'utf8');
  const picture = new Resvg(svg, { fitTo: { mode: 'width', value: pixels } }).render();
  await writeFile(new URL(file, RESOURCES), picture.asPng());
}
