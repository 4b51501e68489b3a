/**
 * Gives whoever asks for better-sqlite3 the copy that was built for this Electron, in every thread. It takes hold
 * where a file is loaded, since ES modules do not ask `Module._resolveFilename`.
 */
const Module = require('node:module');
const { join, sep } = require('node:path');
const threads = require('node:worker_threads');

const own = join(__dirname, 'node_modules', 'better-sqlite3');
const entry = sep + join('node_modules', 'better-sqlite3', 'lib', 'index.js');

const load = Module._extensions['.js'];
Module._extensions['.js'] = (module, file) => {
  if (file.endsWith(entry) && !file.startsWith(own)) module.exports = require(own);
  else load(module, file);
};

threads.Worker = class extends threads.Worker {
  constructor(file, options = {}) {
    super(file, { ...options, execArgv: [...(options.execArgv ?? []), '--require', __filename] });
  }
};
Module.syncBuiltinESMExports();
