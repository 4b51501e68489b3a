import { useTranslation } from 'react-i18next';
import { type Format, formatIn } from './format.ts';

/** Figures in the language that is spoken. */
export function useFormat(): Format {
  const { i18n } = useTranslation();
  return formatIn(i18n.language);
}
