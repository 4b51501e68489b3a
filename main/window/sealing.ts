/** What the window is kept from, beside the sandbox: other pages, other windows, permissions, and the network. */
import type { Session, WebContents } from 'electron';
import type { Page } from './page.ts';

/** Inspecting the page is no business of the network. */
const INSPECTOR = 'devtools:';

/** Refuses every permission, and every request that is not for the page's own files. */
export function sealSession(session: Session, page: Page): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest(({ url }, answer) => {
    answer({ cancel: !page.owns(url) && !url.startsWith('data:') && !url.startsWith(INSPECTOR) });
  });
  // The page has nothing to download: files come by the engine.
  session.on('will-download', (event) => event.preventDefault());
}

/** Keeps the window on its page. */
export function sealContents(contents: WebContents, page: Page): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-navigate', (event) => {
    if (event.url !== page.url) event.preventDefault();
  });
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
}
