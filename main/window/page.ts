/**
 * Where the window's page comes from: `app://rain/`, which holds the files of the build and nothing else. A scheme of
 * its own has an origin, unlike `file:`, and reaches no other file.
 */
import { readFile } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import type { Protocol } from 'electron';

const SCHEME = 'app';
const HOST = 'rain';

/** Only what the build holds; `data:` images are drawn by the page itself. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** The address of the page; electron-vite's server in development. */
export interface Page {
  readonly url: string;
  /** Whether something may be loaded by the page, or is the page. */
  owns(url: string): boolean;
}

export const builtPage: Page = {
  url: `${SCHEME}://${HOST}/index.html`,
  owns: (url) => {
    const { protocol, host } = partsOf(url);
    return protocol === `${SCHEME}:` && host === HOST;
  },
};

/** `server`: the address that electron-vite gives, with what reloads it. */
export function servedPage(server: string): Page {
  const { host } = new URL(server);
  return {
    url: server,
    owns: (url) => {
      const parts = partsOf(url);
      return parts.host === host && (parts.protocol === 'http:' || parts.protocol === 'ws:');
    },
  };
}

/** To be called before the app is ready. */
export function announceScheme(to: Protocol): void {
  to.registerSchemesAsPrivileged([
    { scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ]);
}

/** Answers for the scheme with the files of `folder`. */
export function servePage(folder: string, to: Protocol): void {
  to.handle(SCHEME, async ({ url, method }) => {
    const file = method === 'GET' && builtPage.owns(url) ? fileOf(url, folder) : undefined;
    const type = file === undefined ? undefined : TYPES[extname(file)];
    if (file === undefined || type === undefined) return new Response(null, { status: 404 });
    try {
      const body = new Uint8Array(await readFile(file));
      const headers = {
        'content-type': type,
        'content-security-policy': POLICY,
        'x-content-type-options': 'nosniff',
      };
      return new Response(body, { headers });
    } catch {
      return new Response(null, { status: 404 });
    }
  });
}

/** The file of an address; undefined when it would lie outside of the folder, however it is written. */
export function fileOf(url: string, folder: string): string | undefined {
  try {
    const file = join(folder, decodeURIComponent(new URL(url).pathname));
    return file.startsWith(folder + sep) && !file.includes('\0') ? file : undefined;
  } catch {
    return undefined;
  }
}

function partsOf(url: string): { readonly protocol: string; readonly host: string } {
  return URL.canParse(url) ? new URL(url) : { protocol: '', host: '' };
}
