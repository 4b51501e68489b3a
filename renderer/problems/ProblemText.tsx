import { useTranslation } from 'react-i18next';
import type { Problem } from '../../core/api.ts';
import styles from './ProblemText.module.css';

const { next, detail } = styles;

/**
 * What to do about a problem, and the engine's own words for who needs them: they name the files. Its title stands
 * above.
 */
export function ProblemText({ problem }: { readonly problem: Problem }) {
  const { t } = useTranslation('problems');
  return (
    <>
      <p className={next}>{t(`code.${problem.code}.next`)}</p>
      <p className={detail} lang="en">
        {problem.message} {problem.hint}
      </p>
    </>
  );
}

/** The title of a problem, in the language of the window. */
export function useProblemTitle(): (problem: Pick<Problem, 'code'>) => string {
  const { t } = useTranslation('problems');
  return (problem) => t(`code.${problem.code}.title`);
}
