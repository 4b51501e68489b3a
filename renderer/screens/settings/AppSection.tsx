import { useTranslation } from 'react-i18next';
import { Choice } from '../../components/Choice.tsx';
import { useApp } from '../../state/use-app.ts';
import styles from './AppSection.module.css';
import { Refusal } from './Refusal.tsx';
import { Row, Section } from './Section.tsx';
import { SelectSetting } from './SelectSetting.tsx';
import { SwitchSetting } from './SwitchSetting.tsx';
import { useSetting } from './use-setting.ts';

const { title: titleClass, refusal } = styles;

export function AppSection() {
  const { t } = useTranslation('settings');
  return (
    <Section name="app">
      <OnClose />
      <SwitchSetting name="startAtLogin" label={t('app.startAtLogin')} hint={t('app.startAtLoginMeans')} />
      <SelectSetting
        name="theme"
        label={t('app.theme')}
        options={[
          { value: 'system', label: t('app.themeSystem') },
          { value: 'light', label: t('app.themeLight') },
          { value: 'dark', label: t('app.themeDark') },
        ]}
      />
      <SelectSetting
        name="language"
        label={t('app.language')}
        options={[
          { value: 'system', label: t('app.languageSystem') },
          { value: 'en', label: t('app.languageEn') },
          { value: 'de', label: t('app.languageDe') },
        ]}
      />
    </Section>
  );
}

function OnClose() {
  const { t } = useTranslation('settings');
  const { value, problem, change } = useSetting('onClose');
  const tray = useApp((state) => state.tray);
  return (
    <Row>
      <h3 className={titleClass}>{t('app.onClose')}</h3>
      <Choice
        label={t('app.onClose')}
        value={value}
        options={[
          { value: 'tray', label: t('app.tray'), hint: t(tray ? 'app.trayMeans' : 'app.trayMissing') },
          { value: 'quit', label: t('app.quit'), hint: t('app.quitMeans') },
        ]}
        onChange={(next) => void change(next)}
      />
      {problem === undefined ? null : (
        <p className={refusal} role="alert">
          <Refusal problem={problem} />
        </p>
      )}
    </Row>
  );
}
