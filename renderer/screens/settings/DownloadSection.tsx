import { useTranslation } from 'react-i18next';
import { useActions, useApp } from '../../state/use-app.ts';
import { ActionSetting } from './ActionSetting.tsx';
import { Section } from './Section.tsx';
import { SwitchSetting } from './SwitchSetting.tsx';

export function DownloadSection() {
  const { t } = useTranslation('settings');
  const folder = useApp((state) => state.settings.downloadFolder);
  const { chooseDownloadFolder } = useActions();
  return (
    <Section name="downloads">
      <ActionSetting
        title={t('downloads.folder')}
        hint={<span className="selectable">{folder}</span>}
        action={t('downloads.choose')}
        onAction={() => void chooseDownloadFolder()}
      />
      <SwitchSetting name="askBeforeDownload" label={t('downloads.ask')} hint={t('downloads.askMeans')} />
      <SwitchSetting
        name="clipboardLinks"
        label={t('downloads.clipboard')}
        hint={t('downloads.clipboardMeans')}
      />
      <SwitchSetting name="seed" label={t('downloads.seed')} hint={t('downloads.seedMeans')} />
    </Section>
  );
}
