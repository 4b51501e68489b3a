import type { RainBridge } from '../preload/contract.ts';

declare global {
  interface Window {
    readonly rain: RainBridge;
  }
}
