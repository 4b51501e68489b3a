/** What Electron's default app does, which the stand-in lacks: `electron [-r module] [--flags] <folder> [arguments]`. */
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const { join, resolve } = require('node:path');
const { pathToFileURL } = require('node:url');
const { app } = require('electron');

const argv = process.argv.slice(1);
const required = [];
let folder;
while (argv.length > 0 && folder === undefined) {
  const argument = argv.shift();
  if (argument === '-r' || argument === '--require') required.push(argv.shift());
  else if (!argument.startsWith('-')) folder = resolve(argument);
}
if (folder === undefined) {
  console.error('usage: electron <folder>');
  process.exit(2);
}
const about = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

require('./sqlite-hook.js');
// Asked by the app, which says in its About what it runs on.
process.env.RAIN_RUNTIME = 'stand-in';
Object.defineProperty(process, 'defaultApp', { value: true, enumerable: true });
app.setName(about.productName ?? about.name);
if (about.version) app.setVersion(about.version);
app.setAppPath(folder);
if (required.length > 0) Module._preloadModules(required);

module.exports = import(pathToFileURL(Module._resolveFilename(folder, null, true)).href).catch((error) => {
  console.error(error);
  app.exit(1);
});
