import { type Blake3, openNative, openWasm } from './blake3-backend.ts';

/**
 * BLAKE3 for all of the engine: the native binding where it loads, WebAssembly elsewhere. It is
 * chosen once, when this module is loaded.
 */
export const blake3: Blake3 = await openNative().catch(openWasm);
