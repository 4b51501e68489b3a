import { useTranslation } from 'react-i18next';
import { useActions } from '../../state/use-app.ts';
import { ActionSetting } from './ActionSetting.tsx';
import { Section } from './Section.tsx';

export function HistorySection() {
  const { t } = useTranslation('settings');
  const { ask } = useActions();
  return (
    <Section name="history">
      <ActionSetting
        title={t('history.finished')}
        hint={t('history.means')}
        action={t('history.clear')}
        onAction={() => ask({ about: 'clear-history' })}
      />
    </Section>
  );
}
