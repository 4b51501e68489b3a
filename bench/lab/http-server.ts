/**
 * Serves one file over HTTP, ranges of it too, to the programs that Rain is compared with:
 * `node http-server.ts FILE ADDRESS PORT`. Says "ready", and ends when its standard input does.
 */
import { createReadStream, statSync } from 'node:fs';
import { createServer } from 'node:http';

const [file, address, port] = process.argv.slice(2);
const length = statSync(file).size;
/** Bytes read at a time: with the default of 64 kB reading would be what limits it. */
const READ = 2 ** 20;

const server = createServer((request, response) => {
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const start = Number(range?.[1] ?? 0);
  const end = range?.[2] ? Number(range[2]) : length - 1;
  response.writeHead(range === null ? 200 : 206, {
    'accept-ranges': 'bytes',
    'content-length': end - start + 1,
    ...(range !== null && { 'content-range': `bytes ${start}-${end}/${length}` }),
  });
  if (request.method === 'HEAD') response.end();
  else createReadStream(file, { start, end, highWaterMark: READ }).pipe(response);
});
server.listen(Number(port), address, () => console.log('ready'));
process.stdin.resume().on('end', () => process.exit());
