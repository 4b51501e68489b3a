import { ArrowDownUp, Globe, Info, Lock, Plus, Settings, Waves } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../components/Button.tsx';
import { classNames } from '../components/class-names.ts';
import { Menu } from '../components/Menu.tsx';
import { shortcut } from '../components/shortcut.ts';
import type { Screen } from '../state/app-state.ts';
import { useActions, useApp } from '../state/use-app.ts';
import styles from './Header.module.css';
import { LinkField } from './LinkField.tsx';

const { header, nav, tab, current, tabWords } = styles;

export function Header() {
  const { t } = useTranslation('transfers');
  const hasStore = useApp((state) => state.settings.store);
  return (
    <header className={header}>
      <nav className={nav} aria-label={t('navigation.label')}>
        <Tab screen="transfers" icon={<ArrowDownUp size={18} />} label={t('navigation.transfers')} />
        {hasStore ? <Tab screen="store" icon={<Waves size={18} />} label={t('navigation.store')} /> : null}
        <Tab screen="settings" icon={<Settings size={18} />} label={t('navigation.settings')} />
        <Tab screen="about" icon={<Info size={18} />} label={t('navigation.about')} />
      </nav>
      <LinkField />
      <ShareButton />
    </header>
  );
}

function Tab({ screen, icon, label }: { screen: Screen; icon: ReactNode; label: string }) {
  const isCurrent = useApp((state) => state.screen === screen);
  const { show } = useActions();
  return (
    <button
      type="button"
      className={classNames(tab, isCurrent && current)}
      aria-current={isCurrent ? 'page' : undefined}
      aria-label={label}
      title={label}
      onClick={() => show(screen)}
    >
      {icon}
      <span className={tabWords}>{label}</span>
    </button>
  );
}

function ShareButton() {
  const { t } = useTranslation('transfers');
  const sharePublic = useApp((state) => state.settings.sharePublic);
  const platform = useApp((state) => state.about.platform);
  const isOpen = useApp((state) => state.engine.state === 'open');
  const { chooseShare, changeSettings } = useActions();
  return (
    <Menu
      entries={[
        {
          kind: 'action',
          label: t('share.files'),
          shortcut: shortcut(platform, 'O'),
          onSelect: () => void chooseShare('files'),
        },
        { kind: 'action', label: t('share.folder'), onSelect: () => void chooseShare('folder') },
        { kind: 'separator', id: 'audience' },
        {
          kind: 'action',
          label: t(sharePublic ? 'share.toPrivate' : 'share.toPublic'),
          icon: sharePublic ? <Lock size={16} /> : <Globe size={16} />,
          onSelect: () => void changeSettings({ sharePublic: !sharePublic }),
        },
      ]}
    >
      <Button variant="primary" disabled={!isOpen} icon={<Plus size={16} aria-hidden="true" />}>
        {t('share.button')}
      </Button>
    </Menu>
  );
}
