import AxeBuilder from '@axe-core/playwright';
import type { App } from './app.ts';
import { expect } from './test.ts';

/** What people have, and the least that the window can be. */
const LOOKS = [
  { theme: 'light', width: 1280, height: 800 },
  { theme: 'dark', width: 640, height: 480 },
] as const;

/** Has axe look at what the window shows, light and wide, dark and small; nothing may be cut off sideways. */
export async function examine(app: App, what: string): Promise<void> {
  const { page } = await app.window();
  for (const { theme, width, height } of LOOKS) {
    await page.evaluate((chosen) => rain.changeSettings({ theme: chosen }), theme);
    await app.resize(width, height);
    const isDark = () => page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches);
    await expect.poll(isDark).toBe(theme === 'dark');
    // A colour on its way to another is neither; what turns for ever is no such way.
    await page.waitForFunction(() =>
      document
        .getAnimations()
        .every(
          ({ playState, effect }) => playState !== 'running' || effect?.getTiming().iterations === Infinity,
        ),
    );
    // The tests' own connection to Electron opens no pages, which the other mode needs.
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join('; ')}`);
    expect.soft(found, `${what}, ${theme}`).toEqual([]);
    const tooWide = await page.evaluate(() =>
      [
        document.documentElement,
        ...document.querySelectorAll('main, dialog[open], [role=treegrid], [role=grid]'),
      ]
        .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
        .map(({ tagName, scrollWidth, clientWidth }) => `${tagName}: ${scrollWidth} > ${clientWidth}`),
    );
    expect.soft(tooWide, `${what}, ${width} pixels wide`).toEqual([]);
  }
}
