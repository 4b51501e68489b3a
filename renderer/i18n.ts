/**
 * Every word that a person reads comes from renderer/locales, in English and in German. Keys are typed by the
 * English catalogue; test/renderer/locales.test.ts holds the other one to it.
 */
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import type { Language } from '../preload/contract.ts';
import deCommon from './locales/de/common.json' with { type: 'json' };
import deFetch from './locales/de/fetch.json' with { type: 'json' };
import deProblems from './locales/de/problems.json' with { type: 'json' };
import deSettings from './locales/de/settings.json' with { type: 'json' };
import deStore from './locales/de/store.json' with { type: 'json' };
import deTransfers from './locales/de/transfers.json' with { type: 'json' };
import enCommon from './locales/en/common.json' with { type: 'json' };
import enFetch from './locales/en/fetch.json' with { type: 'json' };
import enProblems from './locales/en/problems.json' with { type: 'json' };
import enSettings from './locales/en/settings.json' with { type: 'json' };
import enStore from './locales/en/store.json' with { type: 'json' };
import enTransfers from './locales/en/transfers.json' with { type: 'json' };

const en = {
  common: enCommon,
  fetch: enFetch,
  problems: enProblems,
  settings: enSettings,
  store: enStore,
  transfers: enTransfers,
};
const de = {
  common: deCommon,
  fetch: deFetch,
  problems: deProblems,
  settings: deSettings,
  store: deStore,
  transfers: deTransfers,
};

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'common';
    resources: typeof en;
  }
}

type Locale = 'en' | 'de';

/** The locale of a setting; `system`: the first of the preferred languages (BCP 47) that there is, else English. */
function localeOf(language: Language, preferred: readonly string[]): Locale {
  if (language !== 'system') return language;
  for (const tag of preferred) {
    const [primary] = tag.toLowerCase().split('-');
    if (primary === 'en' || primary === 'de') return primary;
  }
  return 'en';
}

/** Speaks the language of the setting from now on; screens draw themselves anew. */
export async function speak(language: Language): Promise<void> {
  await i18next.changeLanguage(localeOf(language, navigator.languages));
}

i18next.on('languageChanged', (locale) => {
  document.documentElement.lang = locale;
});
// The catalogues are bundled, so that this is done when it returns, and no screen is drawn without words.
void i18next.use(initReactI18next).init({
  lng: localeOf('system', navigator.languages),
  fallbackLng: false,
  defaultNS: 'common',
  resources: { en, de },
  initAsync: false,
  interpolation: { escapeValue: false },
});
