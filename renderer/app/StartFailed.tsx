import { CloudOff } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '../../core/api.ts';
import { Button } from '../components/Button.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { ProblemText, useProblemTitle } from '../problems/ProblemText.tsx';
import styles from './EngineFailed.module.css';

const { page } = styles;

export interface StartFailedProps {
  readonly problem: Problem;
  readonly onRetry: () => Promise<void>;
}

/** Instead of the whole window, when main has not said what there is: why, and what to do. */
export function StartFailed({ problem, onRetry }: StartFailedProps) {
  const { t } = useTranslation(['transfers', 'common']);
  const [isTrying, setTrying] = useState(false);
  const problemTitle = useProblemTitle();

  async function retry(): Promise<void> {
    setTrying(true);
    await onRetry();
    setTrying(false);
  }

  return (
    <main className={page}>
      <h1 className="unseen">{t('common:app')}</h1>
      <EmptyState
        icon={<CloudOff size={40} />}
        title={t('start.failed')}
        actions={
          <Button variant="primary" disabled={isTrying} onClick={() => void retry()}>
            {t('common:retry')}
          </Button>
        }
      >
        <p>{t('start.next')}</p>
        <p>
          <strong>{problemTitle(problem)}</strong>
        </p>
        <ProblemText problem={problem} />
      </EmptyState>
    </main>
  );
}
