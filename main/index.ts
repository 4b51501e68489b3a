import { join } from 'node:path';
import { app, BrowserWindow } from 'electron';
import { RemoteNode } from './node/remote-node.ts';

await app.whenReady();
const t0 = performance.now();
const { node, snapshot } = await RemoteNode.open(
  new URL('./node-thread.js', import.meta.url),
  { dataDir: process.env['RAIN_DATA'] ?? join(app.getPath('userData'), 'node'), lan: false, takeUp: true },
  {
    event: (event) => console.log(event.type),
    died: (p) => console.error(p),
  },
);
console.log(performance.now() - t0, JSON.stringify(snapshot));
if (process.env['SPIKE_SHARE']) {
  const s = await node.call('share', { paths: [process.env['SPIKE_SHARE']], public: true });
  console.log(s);
}
const window = new BrowserWindow({
  webPreferences: { preload: join(import.meta.dirname, '../preload/index.cjs'), sandbox: true },
});
await window.loadFile(join(import.meta.dirname, '../renderer/index.html'));
setTimeout(async () => {
  await node.close();
  app.quit();
}, 5000);
