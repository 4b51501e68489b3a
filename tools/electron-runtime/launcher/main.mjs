/** Electron is ready when its entry has been evaluated; as with its own default app, that is when the app's has been. */
import started from './main.js';

await started;
