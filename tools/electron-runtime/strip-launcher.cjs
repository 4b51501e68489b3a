/** electron-builder's afterExtract: the stand-in carries a launcher, which a package must not. */
const { rmSync } = require('node:fs');
const { join } = require('node:path');

module.exports = ({ appOutDir }) =>
  rmSync(join(appOutDir, 'resources/app'), { recursive: true, force: true });
