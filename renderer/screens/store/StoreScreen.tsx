import { CloudOff, Waves } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Banner } from '../../components/Banner.tsx';
import { Button } from '../../components/Button.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Spinner } from '../../components/Spinner.tsx';
import { ProblemText, useProblemTitle } from '../../problems/ProblemText.tsx';
import { useActions, useApp } from '../../state/use-app.ts';
import { Entries } from './Entries.tsx';
import { PeerTable } from './PeerTable.tsx';
import { Puts } from './Puts.tsx';
import { RecentTable } from './RecentTable.tsx';
import styles from './StoreScreen.module.css';
import { StoreToolbar } from './StoreToolbar.tsx';
import { useStoreView } from './use-store-view.ts';
import type { ViewName } from './views.ts';

const { page, screen, notice, opening } = styles;

/** The store of Murky Waters: what it holds, with whom, and what happened lately. */
export function StoreScreen() {
  const { t } = useTranslation('store');
  return (
    <>
      <h1 className="unseen">{t('title')}</h1>
      <Now />
    </>
  );
}

function Now() {
  const { t } = useTranslation(['store', 'common']);
  const isOn = useApp((state) => state.settings.store);
  const store = useApp((state) => state.store);
  const { show, reopenStore } = useActions();
  const problemTitle = useProblemTitle();
  if (!isOn) {
    return (
      <div className={page}>
        <EmptyState
          icon={<Waves size={48} strokeWidth={1.5} />}
          title={t('off')}
          actions={
            <Button variant="primary" onClick={() => show('settings')}>
              {t('toSettings')}
            </Button>
          }
        >
          <p>{t('offMeans')}</p>
        </EmptyState>
      </div>
    );
  }
  switch (store.state) {
    case 'open':
      return <OpenStore url={store.url} />;
    case 'failed':
      return (
        <div className={page}>
          <EmptyState
            icon={<CloudOff size={40} />}
            title={t('failed')}
            actions={
              <>
                <Button variant="primary" onClick={() => void reopenStore()}>
                  {t('common:retry')}
                </Button>
                <Button onClick={() => show('settings')}>{t('toSettings')}</Button>
              </>
            }
          >
            <p>
              <strong>{problemTitle(store.problem)}</strong>
            </p>
            <ProblemText problem={store.problem} />
            <p>{t('failedMeans')}</p>
          </EmptyState>
        </div>
      );
    case 'off':
    case 'opening':
      return (
        <p className={opening} role="status">
          <Spinner /> {t('opening')}
        </p>
      );
  }
}

function OpenStore({ url }: { readonly url: string }) {
  const { t } = useTranslation('store');
  const { view, problem } = useStoreView();
  const [shown, setShown] = useState<ViewName>('entries');
  return (
    <section className={screen} aria-label={t('title')}>
      <StoreToolbar url={url} view={view} shown={shown} onShow={setShown} />
      <Puts />
      {problem === undefined ? null : (
        <div className={notice}>
          <Banner tone="danger" title={t('look')}>
            <ProblemText problem={problem} />
          </Banner>
        </div>
      )}
      {view === undefined ? null : (
        <>
          {shown === 'entries' ? <Entries view={view} url={url} /> : null}
          {shown === 'peers' ? <PeerTable peers={view.peers} /> : null}
          {shown === 'recent' ? <RecentTable deeds={view.recent} /> : null}
        </>
      )}
    </section>
  );
}
