/** Links that come in without having been typed: from outside, and from the clipboard. */
import { clipboard } from 'electron';
import type { Settings } from '../preload/contract.ts';
import { ClipboardOffers, OutsideLinksKeeper } from './links.ts';
import type { Engine } from './node/engine.ts';
import type { MainWindow } from './window/main-window.ts';

export class LinksIn {
  readonly outside: OutsideLinksKeeper;
  readonly #engine: Engine;
  readonly #window: MainWindow;
  readonly #settings: () => Settings;
  readonly #offers = new ClipboardOffers();

  constructor(engine: Engine, window: MainWindow, settings: () => Settings) {
    this.#engine = engine;
    this.#window = window;
    this.#settings = settings;
    this.outside = new OutsideLinksKeeper(engine.mirror, () => window.tell('outside', this.outside.state));
  }

  /** A link from outside: shown, whatever it holds, before anything is done with it. */
  open(text: string): void {
    this.outside.add(text);
    this.#window.show();
  }

  /** The person has come to the window, perhaps with a link. */
  async lookAtClipboard(): Promise<void> {
    if (!this.#settings().clipboardLinks) return;
    // Electron 45 gives a promise, and 33 the text itself.
    const text = await clipboard.readText();
    const offer = this.#offers.see(text, this.#engine.mirror);
    if (offer.length > 0) this.#window.tell('offer', offer, { keep: true });
  }
}
