import { powerSaveBlocker } from 'electron';

/** Keeps the system from falling asleep while `busy` was last true; the screen may go dark. */
export class Awake {
  #blocker: number | undefined;

  set(busy: boolean): void {
    if (busy === (this.#blocker !== undefined)) return;
    if (this.#blocker === undefined) {
      this.#blocker = powerSaveBlocker.start('prevent-app-suspension');
    } else {
      powerSaveBlocker.stop(this.#blocker);
      this.#blocker = undefined;
    }
  }
}
