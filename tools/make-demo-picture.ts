/**
 * Runs `rain demo` and draws what a terminal shows of it into docs/demo.svg: the transfer half-way, and the result.
 *
 * `npm run build && node tools/make-demo-picture.ts [--size 512MiB ...]`; further arguments are the demo's.
 */
import { writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { Host, Sink } from '../cli/host.ts';
import { main } from '../cli/main.ts';

const COLUMNS = 104;
/** Pixels. */
const CHARACTER = 8.4;
const LINE = 19;
const MARGIN = 16;

const COMMAND = fileURLToPath(new URL('../out/cli/index.js', import.meta.url));
const PICTURE = new URL('../docs/demo.svg', import.meta.url);

/** What a status stands between, as cli/terminal.ts draws it. */
const NO_WRAP = '\x1b[?7l';
const WRAP = '\n\x1b[?7h';

/** A terminal that remembers every line and every status that was drawn. */
class Recorder implements Sink {
  readonly isTTY = true;
  readonly columns = COLUMNS;
  readonly lines: string[] = [];
  readonly statuses: string[][] = [];

  write(text: string): void {
    const status = text.indexOf(NO_WRAP);
    if (status >= 0) this.statuses.push(text.slice(status + NO_WRAP.length, -WRAP.length).split('\n'));
    else if (!text.startsWith('\x1b')) this.lines.push(...text.trimEnd().split('\n').flatMap(wrapped));
  }
}

/** A line as the terminal shows it. */
function wrapped(line: string): string[] {
  return line.match(new RegExp(`.{1,${COLUMNS}}`, 'gu')) ?? [''];
}

const args = ['demo', ...process.argv.slice(2)];
const words = new Recorder();
const results = new Recorder();
const host: Host = {
  platform: process.platform,
  env: process.env,
  cwd: homedir(),
  stdout: results,
  stderr: words,
  interrupt: new AbortController().signal,
  crashed: new Promise(() => {}),
  self: [process.execPath, COMMAND],
  engine: () => Promise.reject(new Error('a demo opens no node of its own')),
};
const code = await main(args, host);
if (code !== 0) throw new Error(`The demo ended with ${code}: ${words.lines.join(' ')}`);

const halfWay = words.statuses[Math.floor(words.statuses.length / 2)] ?? [];
writeFileSync(
  PICTURE,
  draw([`$ rain ${args.join(' ')}`, ...words.lines, '', ...halfWay, '', ...results.lines]),
);

function draw(lines: readonly string[]): string {
  const width = Math.ceil(COLUMNS * CHARACTER + 2 * MARGIN);
  const height = lines.length * LINE + 2 * MARGIN;
  const text = lines.map(
    (line, i) =>
      `  <text x="${MARGIN}" y="${MARGIN + (i + 0.75) * LINE}"${styleOf(line)}>${escaped(line)}</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
  <title>A terminal in which rain demo runs</title>
  <style>
    text { font: 14px ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; fill: #d6dde6; white-space: pre; }
    .command { fill: #ffffff; font-weight: bold; }
    .verified { fill: #7fd962; }
    .bar { fill: #59c2ff; }
  </style>
  <rect width="${width}" height="${height}" rx="8" fill="#10151c"/>
${text.join('\n')}
</svg>
`;
}

function styleOf(line: string): string {
  if (line.startsWith('$ ')) return ' class="command"';
  if (line.startsWith('verified')) return ' class="verified"';
  return '';
}

function escaped(line: string): string {
  return line
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/[█░]+/, (bar) => `<tspan class="bar">${bar}</tspan>`);
}
