import { safeStorage } from 'electron';
import type { Seal } from '../store/secret-file.ts';

/** The system's keychain. To be asked only when the app is ready. */
export const systemSeal: Seal = {
  isThere: () => {
    if (!safeStorage.isEncryptionAvailable()) return false;
    // Without a keychain Electron on Linux encrypts with a key that everybody knows.
    return process.platform !== 'linux' || safeStorage.getSelectedStorageBackend() !== 'basic_text';
  },
  seal: (text) => safeStorage.encryptString(text),
  unseal: (sealed) => safeStorage.decryptString(sealed),
};
