/** The window as a person finds their way in it: by roles and names. */
import { expect, type Locator, type Page } from 'playwright/test';
import type { ShareSnapshot, TransferSnapshot } from '../../../core/api.ts';
import type { RainBridge, Result, WindowState } from '../../../preload/contract.ts';

declare global {
  const rain: RainBridge;
  interface Window {
    readonly rain: RainBridge;
    /** See `noteRows`. */
    notedRows?: Set<string>;
  }
}

export class AppWindow {
  readonly page: Page;
  readonly #copy: (text: string) => Promise<void>;

  /** `copy`: puts a text on the system's clipboard. */
  constructor(page: Page, copy: (text: string) => Promise<void>) {
    this.page = page;
    this.#copy = copy;
  }

  get linkField(): Locator {
    return this.page.getByRole('textbox', { name: 'Link or id' });
  }

  /** The one dialog that is open. */
  get dialog(): Locator {
    return this.page.locator('dialog[open]');
  }

  get rows(): Locator {
    return this.page.locator('[data-row]');
  }

  /** The row of what is called `name`. */
  row(name: string): Locator {
    return this.page.locator('[data-row]').and(this.page.getByRole('row', { name: startingWith(name) }));
  }

  /** What is below the row, when it is open. */
  details(name: string): Locator {
    return this.page.getByRole('region', { name: `Details of ${name}`, exact: true });
  }

  async open(name: string): Promise<Locator> {
    await this.row(name).press('ArrowRight');
    return this.details(name);
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  /** Something that was said once. */
  toast(title: string): Locator {
    return this.page.getByRole('listitem').filter({ hasText: title });
  }

  async goTo(screen: 'Transfers' | 'Store' | 'Settings' | 'About'): Promise<void> {
    await this.page
      .getByRole('navigation', { name: 'Screens' })
      .getByRole('button', { name: screen })
      .click();
  }

  /** Chooses from the menu that a row has for its right button. */
  async choose(name: string, action: string): Promise<void> {
    await this.row(name).getByRole('button', { name: 'More actions' }).click();
    await this.page.getByRole('menuitem', { name: action }).click();
  }

  /** Pastes a text from the system's clipboard, wherever the focus is. */
  async paste(text: string): Promise<void> {
    await this.#copy(text);
    await this.page.keyboard.press('ControlOrMeta+V');
  }

  /** Drops files and folders on the middle of the window: Chromium itself makes the File objects of these paths. */
  async drop(paths: readonly string[], at: 'middle' | 'bottom' = 'middle'): Promise<void> {
    await this.#drag({ items: [], files: [...paths], dragOperationsMask: 1 }, at);
  }

  async dropText(text: string): Promise<void> {
    await this.#drag({ items: [{ mimeType: 'text/plain', data: text }], dragOperationsMask: 1 }, 'middle');
  }

  async #drag(
    data: { items: { mimeType: string; data: string }[]; files?: string[]; dragOperationsMask: number },
    at: 'middle' | 'bottom',
  ): Promise<void> {
    const { width, height } = await this.page.evaluate(() => ({ width: innerWidth, height: innerHeight }));
    const y = at === 'middle' ? height / 2 : height - 40;
    const session = await this.page.context().newCDPSession(this.page);
    for (const type of ['dragEnter', 'dragOver', 'dragOver', 'drop'] as const) {
      await session.send('Input.dispatchDragEvent', { type, x: width / 2, y, data });
    }
    await session.detach();
  }

  /** Resolves when the engine is open. */
  async ready(): Promise<void> {
    await expect(this.linkField).toBeEnabled();
  }

  /** Where others reach what is shared here: waits until something is. */
  async address(): Promise<string> {
    await expect.poll(async () => (await this.state()).node.port).toBeGreaterThan(0);
    return `127.0.0.1:${(await this.state()).node.port}`;
  }

  /** From now on everything is noted that the rows say, however shortly. */
  async noteRows(): Promise<void> {
    await this.page.evaluate(() => {
      const noted = new Set<string>();
      window.notedRows = noted;
      const note = (): void => {
        for (const row of document.querySelectorAll('[data-row]'))
          noted.add(row.getAttribute('aria-label') ?? '');
      };
      note();
      new MutationObserver(note).observe(document.body, {
        subtree: true,
        childList: true,
        attributeFilter: ['aria-label'],
      });
    });
  }

  /** All different things that rows have said since, in their order. */
  notedRows(): Promise<readonly string[]> {
    return this.page.evaluate(() => [...(window.notedRows ?? [])]);
  }

  /** What main knows, whatever the page shows. */
  async state(): Promise<WindowState> {
    return answered(await this.page.evaluate(() => rain.state()));
  }

  /** The transfers and shares of that name, as main knows them. */
  async transfer(name: string): Promise<TransferSnapshot> {
    return found((await this.state()).node.transfers, name);
  }

  async share(name: string): Promise<ShareSnapshot> {
    return found((await this.state()).node.shares, name);
  }
}

function answered<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.problem.code}: ${result.problem.message}`);
  return result.value;
}

function found<E extends { readonly name: string }>(entries: readonly E[], name: string): E {
  const entry = entries.find((each) => each.name === name);
  if (entry === undefined) throw new Error(`nothing is called ${name}: ${entries.map((each) => each.name)}`);
  return entry;
}

function startingWith(name: string): RegExp {
  return new RegExp(`^${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`);
}
