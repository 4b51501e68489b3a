/** Links that come in without having been typed: from outside, and from the clipboard. */
import { clipboard } from 'electron';
import { ClipboardOffers, readLink } from './links.ts';
import type { Engine } from './node/engine.ts';
import { problemOf } from './problem.ts';
import type { MainWindow } from './window/main-window.ts';

/** Of a text that is no link, as much is told again, characters. */
const MAX_TOLD = 300;

export class LinksIn {
  readonly #engine: Engine;
  readonly #window: MainWindow;
  readonly #offers = new ClipboardOffers();

  constructor(engine: Engine, window: MainWindow) {
    this.#engine = engine;
    this.#window = window;
  }

  /** A link from outside: shown, whatever it holds, before anything is done with it. */
  async open(text: string): Promise<void> {
    this.#window.show();
    await this.#engine.settled();
    try {
      const facts = readLink(text, this.#engine.mirror);
      this.#window.tell('link', { facts, origin: 'outside' }, { keep: true });
    } catch (error) {
      const badLink = { text: text.slice(0, MAX_TOLD), problem: problemOf(error) };
      this.#window.tell('badLink', badLink, { keep: true });
    }
  }

  /** The person has come to the window, perhaps with a link. */
  async lookAtClipboard(): Promise<void> {
    // Electron 45 gives a promise, and 33 the text itself.
    const text = await clipboard.readText();
    const facts = this.#offers.see(text, this.#engine.mirror);
    if (facts !== undefined) this.#window.tell('link', { facts, origin: 'clipboard' }, { keep: true });
  }
}
