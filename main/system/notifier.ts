import { app, Notification } from 'electron';

/** As the installer for Windows names the app; notifications come under it. */
const APP_ID = 'org.pouringrain.app';

/** Notifications of the system, kept until they are gone: one that is collected does not hear its click. */
export class Notifier {
  readonly #shown = new Set<Notification>();

  constructor(platform: NodeJS.Platform) {
    if (platform === 'win32') app.setAppUserModelId(APP_ID);
  }

  /** Says it once; false when the system shows no notifications. */
  say(title: string, body: string, clicked: () => void): boolean {
    if (!Notification.isSupported()) return false;
    const notification = new Notification({ title, body });
    this.#shown.add(notification);
    notification.on('click', clicked);
    notification.on('close', () => this.#shown.delete(notification));
    notification.show();
    return true;
  }
}
