import { CloudRain } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/Button.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { useActions } from '../../state/use-app.ts';
import styles from './FirstRun.module.css';

const { page } = styles;

/** What stands where nothing was shared or fetched yet: what this is, and the two ways to begin. */
export function FirstRun() {
  const { t } = useTranslation('transfers');
  const { chooseShare, focusField } = useActions();
  return (
    <div className={page}>
      <EmptyState
        icon={<CloudRain size={48} strokeWidth={1.5} />}
        title={t('empty.title')}
        actions={
          <>
            <Button variant="primary" onClick={() => void chooseShare('files')}>
              {t('empty.share')}
            </Button>
            <Button onClick={focusField}>{t('empty.paste')}</Button>
          </>
        }
      >
        <p>{t('empty.means')}</p>
      </EmptyState>
    </div>
  );
}
