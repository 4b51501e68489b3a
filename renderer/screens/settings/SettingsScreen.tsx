import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { AppSection } from './AppSection.tsx';
import { DownloadSection } from './DownloadSection.tsx';
import { HistorySection } from './HistorySection.tsx';
import { NetworkSection } from './NetworkSection.tsx';
import { SectionNavigation } from './SectionNavigation.tsx';
import { ServerSection } from './ServerSection.tsx';
import styles from './SettingsScreen.module.css';
import { StoreSection } from './StoreSection.tsx';

const { screen, layout, column, title: titleClass, note } = styles;

/**
 * All that can be set. There is nothing to save: each change applies at once, or its field says why not. A hash in
 * the address (`#servers`) is the section to begin with.
 */
export function SettingsScreen() {
  const { t } = useTranslation('settings');
  const scroller = useRef<HTMLElement>(null);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by key.
    <section className={screen} ref={scroller} tabIndex={0} aria-label={t('title')}>
      <div className={layout}>
        <SectionNavigation scroller={scroller} />
        <div className={column}>
          <h1 className={titleClass}>{t('title')}</h1>
          <p className={note}>{t('saved')}</p>
          <DownloadSection />
          <NetworkSection />
          <ServerSection />
          <StoreSection />
          <AppSection />
          <HistorySection />
        </div>
      </div>
    </section>
  );
}
