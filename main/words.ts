/** What main itself says to a person, in menus, tray and notifications; the window has a catalogue of its own. */
import type { Language } from '../preload/contract.ts';
import de from './locales/de.json' with { type: 'json' };
import en from './locales/en.json' with { type: 'json' };

export type WordKey = keyof typeof en;
/** The text of a key, with each `{name}` in it replaced. */
export type Words = (key: WordKey, values?: Readonly<Record<string, string>>) => string;

const catalogues: Readonly<Record<'en' | 'de', Readonly<Record<WordKey, string>>>> = { en, de };

/** The catalogue for a setting; `system` is the first of the person's languages (BCP 47) that there is one for. */
export function spokenLanguage(setting: Language, preferred: readonly string[]): 'en' | 'de' {
  if (setting !== 'system') return setting;
  const known = preferred
    .map((tag) => tag.slice(0, 2).toLowerCase())
    .find((tag) => tag === 'en' || tag === 'de');
  return known ?? 'en';
}

export function wordsOf(language: 'en' | 'de'): Words {
  const catalogue = catalogues[language];
  return (key, values = {}) =>
    catalogue[key].replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}
