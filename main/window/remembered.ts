/** What the window remembers from run to run, in a file of its own: it is written often and matters little. */
import { readFileSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Rectangle } from 'electron';
import { z } from 'zod';

const NAME = 'window.json';
/** Least size at which the page is laid out. */
export const LEAST = { width: 640, height: 480 } as const;
const FIRST = { width: 1080, height: 720 } as const;
/** How much of the window has to be on a screen for it to be found again, px. */
const VISIBLE = 64;
/** A window that is dragged has moved when it has lain still for this long, ms. */
const SETTLED_AFTER = 500;

const rectangle = z.object({ x: z.int(), y: z.int(), width: z.int(), height: z.int() });
const remembered = z.object({
  bounds: rectangle.optional().catch(undefined),
  maximized: z.boolean().catch(false),
  /** The person has been told that closing the window does not end the app. */
  toldOfTray: z.boolean().catch(false),
});
export type Remembered = z.infer<typeof remembered>;

export class WindowMemory {
  readonly #file: string;
  #current: Remembered;
  #timer: NodeJS.Timeout | undefined;

  /** Waits for the disk: the file is read once, before there is a window. */
  constructor(folder: string) {
    this.#file = join(folder, NAME);
    this.#current = read(this.#file);
  }

  get current(): Remembered {
    return this.#current;
  }

  change(change: Partial<Remembered>): void {
    this.#current = { ...this.#current, ...change };
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), SETTLED_AFTER);
  }

  /** Writes what has changed; a disk that is full costs the place of the window and nothing else. */
  async flush(): Promise<void> {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    try {
      await writeFile(`${this.#file}.new`, JSON.stringify(this.#current));
      await rename(`${this.#file}.new`, this.#file);
    } catch (error) {
      console.error(error);
    }
  }
}

function read(file: string): Remembered {
  try {
    return remembered.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return { bounds: undefined, maximized: false, toldOfTray: false };
  }
}

/** Where to open the window: where it was, if that is still on a screen; else the system chooses the place. */
export function openingBounds(
  bounds: Rectangle | undefined,
  screens: readonly Rectangle[],
): { width: number; height: number; x?: number; y?: number } {
  if (bounds === undefined) return FIRST;
  const width = Math.max(bounds.width, LEAST.width);
  const height = Math.max(bounds.height, LEAST.height);
  const isSeen = screens.some(
    (screen) =>
      Math.min(bounds.x + width, screen.x + screen.width) - Math.max(bounds.x, screen.x) >= VISIBLE &&
      bounds.y >= screen.y &&
      bounds.y + VISIBLE <= screen.y + screen.height,
  );
  return isSeen ? { x: bounds.x, y: bounds.y, width, height } : { width, height };
}
