import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '../../../core/api.ts';
import { Button } from '../../components/Button.tsx';
import { TextInput } from '../../components/TextInput.tsx';
import { useActions, useApp } from '../../state/use-app.ts';
import styles from './SecretSetting.module.css';
import { SettingField } from './SettingField.tsx';

const { form, input } = styles;

/** A shorter one is refused by main, too. */
const LEAST = 16;
const SAID = {
  none: 'settings.secretNone',
  sealed: 'settings.secretSealed',
  plain: 'settings.secretPlain',
  unreadable: 'settings.secretUnreadable',
} as const;

/** The secret of the cluster can be set and removed; it is never shown. */
export function SecretSetting() {
  const { t } = useTranslation('store');
  const kind = useApp((state) => state.storeSecret);
  const { setStoreSecret } = useActions();
  const [typed, setTyped] = useState('');
  const [isShort, setShort] = useState(false);
  const [problem, setProblem] = useState<Problem>();

  async function set(secret: string | null): Promise<void> {
    setShort(secret !== null && secret.length < LEAST);
    if (secret !== null && secret.length < LEAST) return;
    const answer = await setStoreSecret(secret);
    setProblem(answer.ok ? undefined : answer.problem);
    if (answer.ok) setTyped('');
  }

  return (
    <SettingField
      layout="below"
      label={t('settings.secret')}
      hint={
        <>
          {t('settings.secretMeans')} {t(SAID[kind])}
        </>
      }
      wrong={isShort ? t('settings.secretShort') : undefined}
      problem={problem}
    >
      {(control) => (
        <form
          className={form}
          onSubmit={(event) => {
            event.preventDefault();
            void set(typed);
          }}
        >
          <TextInput
            {...control}
            type="password"
            className={input}
            value={typed}
            placeholder={t('settings.secretPlaceholder')}
            onChange={(event) => setTyped(event.target.value)}
          />
          <Button type="submit" disabled={typed === ''}>
            {t('settings.set')}
          </Button>
          {kind === 'none' ? null : <Button onClick={() => void set(null)}>{t('settings.remove')}</Button>}
        </form>
      )}
    </SettingField>
  );
}
