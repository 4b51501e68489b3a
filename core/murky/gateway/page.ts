/** The page of the gateway: one document that loads nothing, and shows what `GET /` says in JSON. */
import { createHash } from 'node:crypto';
import { SCRIPT } from './page-script.ts';
import { STYLE } from './page-style.ts';

export const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Murky Waters</title>
<style>${STYLE}</style>
</head>
<body>
<header>
  <h1>Murky Waters</h1>
  <p id="figures" role="status"></p>
</header>
<main>
  <section id="drop" aria-labelledby="put">
    <h2 id="put">Put</h2>
    <p>Drop files anywhere on this page, or <label class="button">choose<input id="files" type="file" multiple></label></p>
    <p><label>Id <input id="id" placeholder="the content's own" autocomplete="off" spellcheck="false"></label></p>
    <ul id="uploads" aria-live="polite"></ul>
  </section>
  <section aria-labelledby="entries-title">
    <h2 id="entries-title">Entries</h2>
    <p id="none" hidden>There is nothing here yet.</p>
    <table id="entries" hidden>
      <thead><tr><th>Id</th><th>Type</th><th class="number">Size</th><th>Written</th><th></th></tr></thead>
      <tbody></tbody>
    </table>
    <p><button id="more" hidden>More</button></p>
  </section>
  <section aria-labelledby="peers-title">
    <h2 id="peers-title">Peers</h2>
    <p id="alone" hidden>No other node is known.</p>
    <ul id="peers"></ul>
  </section>
</main>
<script>${SCRIPT}</script>
</body>
</html>
`;

/** Nothing but this very script and style runs, and it speaks with this gateway only. */
export const PAGE_POLICY = [
  "default-src 'none'",
  `script-src '${hashOf(SCRIPT)}'`,
  `style-src '${hashOf(STYLE)}'`,
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
