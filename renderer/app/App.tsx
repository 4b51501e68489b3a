import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Layer } from '../components/layer.ts';
import { ToastRegion } from '../components/Toast.tsx';
import { TooltipProvider } from '../components/Tooltip.tsx';
import { AboutScreen } from '../screens/about/AboutScreen.tsx';
import { FetchDialog } from '../screens/fetch/FetchDialog.tsx';
import { RemoveDialog } from '../screens/fetch/RemoveDialog.tsx';
import { SettingsScreen } from '../screens/settings/SettingsScreen.tsx';
import { DeleteEntryDialog } from '../screens/store/DeleteEntryDialog.tsx';
import { PutEntriesDialog } from '../screens/store/PutEntriesDialog.tsx';
import { StoreScreen } from '../screens/store/StoreScreen.tsx';
import { ClearDialog } from '../screens/transfers/ClearDialog.tsx';
import { PublicDialog } from '../screens/transfers/PublicDialog.tsx';
import { TransfersScreen } from '../screens/transfers/TransfersScreen.tsx';
import type { App as AppItself } from '../state/app.ts';
import { AppContext, useApp } from '../state/use-app.ts';
import styles from './App.module.css';
import { Banners } from './Banners.tsx';
import { DropTarget } from './DropTarget.tsx';
import { EngineFailed } from './EngineFailed.tsx';
import { Header } from './Header.tsx';
import { Toasts } from './Toasts.tsx';
import { useShortcuts } from './use-shortcuts.ts';

const { shell, main } = styles;

export function App({ app }: { readonly app: AppItself }) {
  return (
    <AppContext value={app}>
      <TooltipProvider>
        <ToastRegion>
          <Shell />
          <Toasts />
        </ToastRegion>
      </TooltipProvider>
    </AppContext>
  );
}

function Shell() {
  useShortcuts();
  const [landmark, setLandmark] = useState<HTMLElement | null>(null);
  return (
    <Layer value={landmark}>
      <div className={shell}>
        <Header />
        <Banners />
        <main className={main} ref={setLandmark}>
          <Screen />
        </main>
        <DropTarget />
        <FetchDialog />
        <QuestionDialog />
      </div>
    </Layer>
  );
}

/** What is asked before something is done. */
function QuestionDialog() {
  const question = useApp((state) => state.question);
  switch (question?.about) {
    case 'remove':
      return <RemoveDialog row={question.row} />;
    case 'set-public':
      return <PublicDialog share={question.share} isPublic={question.public} />;
    case 'clear-history':
      return <ClearDialog />;
    case 'put-entries':
      return <PutEntriesDialog />;
    case 'delete-entry':
      return <DeleteEntryDialog entry={question.entry} />;
    case undefined:
      return null;
  }
}

function Screen() {
  const { t } = useTranslation('transfers');
  const screen = useApp((state) => state.screen);
  const failed = useApp((state) => state.engine.state === 'failed');
  switch (screen) {
    case 'transfers':
      return (
        <>
          <h1 className="unseen">{t('navigation.transfers')}</h1>
          {failed ? <EngineFailed /> : <TransfersScreen />}
        </>
      );
    case 'store':
      return failed ? <EngineFailed /> : <StoreScreen />;
    case 'settings':
      return <SettingsScreen />;
    case 'about':
      return <AboutScreen />;
  }
}
