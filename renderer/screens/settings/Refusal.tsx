import { useTranslation } from 'react-i18next';
import type { Problem } from '../../../core/api.ts';

/** Why a value was not taken, what to do, and that the old one holds. Stands in the error of a field. */
export function Refusal({ problem }: { readonly problem: Problem }) {
  const { t } = useTranslation(['settings', 'problems']);
  return (
    <>
      {t(`problems:code.${problem.code}.title`)}: <q lang="en">{problem.message}</q> {t('invalid.kept')}{' '}
      {t(`problems:code.${problem.code}.next`)}
    </>
  );
}
