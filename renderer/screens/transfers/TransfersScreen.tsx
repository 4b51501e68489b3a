import { useTranslation } from 'react-i18next';
import { useShallow } from 'zustand/react/shallow';
import { Button } from '../../components/Button.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { listed } from '../../state/listing.ts';
import { useActions, useApp } from '../../state/use-app.ts';
import { EntryList } from './EntryList.tsx';
import { FirstRun } from './FirstRun.tsx';
import { ListSkeleton } from './ListSkeleton.tsx';
import { Toolbar } from './Toolbar.tsx';
import styles from './TransfersScreen.module.css';

const { screen } = styles;

export function TransfersScreen() {
  const { t } = useTranslation('transfers');
  const isEmpty = useApp((state) => state.entries.rows.length === 0);
  const isOpening = useApp((state) => state.engine.state === 'opening');
  const rows = useApp(useShallow((state) => listed(state.entries, state.group, state.search)));
  if (isEmpty) return isOpening ? <ListSkeleton /> : <FirstRun />;
  return (
    <section className={screen} aria-label={t('navigation.transfers')}>
      <Toolbar />
      {rows.length === 0 ? <NothingFound /> : <EntryList rows={rows} />}
    </section>
  );
}

function NothingFound() {
  const { t } = useTranslation('transfers');
  const search = useApp((state) => state.search);
  const { setGroup, setSearch } = useActions();
  return (
    <EmptyState
      icon={null}
      title={t(search === '' ? 'empty.nothingInGroup' : 'empty.nothingFound')}
      actions={
        <Button
          onClick={() => {
            setGroup('all');
            setSearch('');
          }}
        >
          {t('empty.showAll')}
        </Button>
      }
    >
      {search === '' ? undefined : <p>{t('empty.nothingFoundMeans', { search })}</p>}
    </EmptyState>
  );
}
