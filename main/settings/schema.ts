/** What a setting may be, and what becomes of a stored file in which some are not. */
import { isIP } from 'node:net';
import { isAbsolute } from 'node:path';
import { z } from 'zod';
import type { Settings, SettingsChange } from '../../preload/contract.ts';

/** Bytes per second; beyond it a limit limits nothing that exists. */
const MAX_LIMIT = 1e12;

const port = z.int().min(1).max(65_535);
const limit = z.int().min(1).max(MAX_LIMIT).nullable();
const unit = z.enum(['kB', 'MB', 'Mbit']).nullable();

/** Every setting that the window may change. */
const changeable = {
  port: port.nullable(),
  bind: z
    .string()
    .refine((text) => isIP(text) !== 0)
    .nullable(),
  uploadLimit: limit,
  downloadLimit: limit,
  uploadLimitUnit: unit,
  downloadLimitUnit: unit,
  seed: z.boolean(),
  askBeforeDownload: z.boolean(),
  clipboardLinks: z.boolean(),
  lan: z.boolean(),
  onClose: z.enum(['tray', 'quit']),
  startAtLogin: z.boolean(),
  theme: z.enum(['system', 'light', 'dark']),
  language: z.enum(['system', 'en', 'de']),
  sharePublic: z.boolean(),
  store: z.boolean(),
  storePort: port,
  storeClassic: z.boolean(),
} satisfies { [K in keyof Required<SettingsChange>]: z.ZodType<Settings[K]> };

const fields: { readonly [K in keyof Settings]: z.ZodType<Settings[K]> } = {
  ...changeable,
  downloadFolder: z.string().refine((path) => isAbsolute(path) && !path.includes('\0')),
};
const NAMES = Object.keys(fields) as readonly (keyof Settings)[];

/** A change as it comes from the window: any of the settings but the folder, and nothing else. */
export const settingsChange: z.ZodType<SettingsChange> = z.strictObject({
  port: changeable.port.exactOptional(),
  bind: changeable.bind.exactOptional(),
  uploadLimit: limit.exactOptional(),
  downloadLimit: limit.exactOptional(),
  uploadLimitUnit: unit.exactOptional(),
  downloadLimitUnit: unit.exactOptional(),
  seed: changeable.seed.exactOptional(),
  askBeforeDownload: changeable.askBeforeDownload.exactOptional(),
  clipboardLinks: changeable.clipboardLinks.exactOptional(),
  lan: changeable.lan.exactOptional(),
  onClose: changeable.onClose.exactOptional(),
  startAtLogin: changeable.startAtLogin.exactOptional(),
  theme: changeable.theme.exactOptional(),
  language: changeable.language.exactOptional(),
  sharePublic: changeable.sharePublic.exactOptional(),
  store: changeable.store.exactOptional(),
  storePort: port.exactOptional(),
  storeClassic: changeable.storeClassic.exactOptional(),
});

export function defaultSettings(downloadFolder: string): Settings {
  return {
    downloadFolder,
    port: null,
    bind: null,
    uploadLimit: null,
    downloadLimit: null,
    uploadLimitUnit: null,
    downloadLimitUnit: null,
    seed: true,
    askBeforeDownload: true,
    clipboardLinks: true,
    lan: true,
    onClose: 'tray',
    startAtLogin: false,
    theme: 'system',
    language: 'system',
    sharePublic: false,
    store: false,
    storePort: 8080,
    storeClassic: false,
  };
}

export interface Repaired {
  readonly settings: Settings;
  /** What was there and could not be taken, by name; a setting that is missing is no fault. */
  readonly faults: readonly string[];
}

/** Takes each setting for itself, so that one that is wrong costs the others nothing. Unknown names are ignored. */
export function repairSettings(stored: unknown, defaults: Settings): Repaired {
  if (typeof stored !== 'object' || stored === null || Array.isArray(stored)) {
    return { settings: defaults, faults: ['everything'] };
  }
  const settings: Record<string, unknown> = { ...defaults };
  const faults: string[] = [];
  for (const name of NAMES) {
    if (!Object.hasOwn(stored, name)) continue;
    const parsed = fields[name].safeParse((stored as Record<string, unknown>)[name]);
    if (parsed.success) settings[name] = parsed.data;
    else faults.push(name);
  }
  return { settings: settings as unknown as Settings, faults };
}
