import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '../../../core/api.ts';
import { Button } from '../../components/Button.tsx';
import { Field } from '../../components/Field.tsx';
import { TextInput } from '../../components/TextInput.tsx';
import styles from './AddServer.module.css';

const { form, input } = styles;

/** `onAdd` gives why an address was not taken. */
export function AddServer({ onAdd }: { readonly onAdd: (address: string) => Promise<Problem | undefined> }) {
  const { t } = useTranslation(['settings', 'problems']);
  const [address, setAddress] = useState('');
  const [problem, setProblem] = useState<Problem>();

  async function add(): Promise<void> {
    const refused = await onAdd(address.trim());
    setProblem(refused);
    if (refused === undefined) setAddress('');
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (address.trim() !== '') void add();
      }}
    >
      <Field
        label={t('servers.address')}
        error={
          problem === undefined
            ? undefined
            : `${t(`problems:code.${problem.code}.title`)}. ${t(`problems:code.${problem.code}.next`)}`
        }
      >
        {(control) => (
          <div className={form}>
            <TextInput
              {...control}
              className={input}
              value={address}
              placeholder={t('servers.example')}
              onChange={(event) => {
                setAddress(event.target.value);
                setProblem(undefined);
              }}
            />
            <Button type="submit" disabled={address.trim() === ''}>
              {t('servers.add')}
            </Button>
          </div>
        )}
      </Field>
    </form>
  );
}
