import { CloudOff } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/Button.tsx';
import { EmptyState } from '../components/EmptyState.tsx';
import { ProblemText, useProblemTitle } from '../problems/ProblemText.tsx';
import { useActions, useApp } from '../state/use-app.ts';
import styles from './EngineFailed.module.css';

const { page } = styles;

/** Instead of the list, when the engine could not be opened: why, and what to do. */
export function EngineFailed() {
  const { t } = useTranslation(['transfers', 'common']);
  const engine = useApp((state) => state.engine);
  const { reopen } = useActions();
  const problemTitle = useProblemTitle();
  if (engine.state !== 'failed') return null;
  return (
    <div className={page}>
      <EmptyState
        icon={<CloudOff size={40} />}
        title={t('engine.failed')}
        actions={
          <Button variant="primary" onClick={() => void reopen()}>
            {t('common:retry')}
          </Button>
        }
      >
        <p>
          <strong>{problemTitle(engine.problem)}</strong>
        </p>
        <ProblemText problem={engine.problem} />
      </EmptyState>
    </div>
  );
}
