import { type FormEvent, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '../../../core/api.ts';
import type { EntryName } from '../../../preload/contract.ts';
import { Banner } from '../../components/Banner.tsx';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Field } from '../../components/Field.tsx';
import { TextInput } from '../../components/TextInput.tsx';
import { useFormat } from '../../format/use-format.ts';
import { useProblemTitle } from '../../problems/ProblemText.tsx';
import { useActions } from '../../state/use-app.ts';

/** Digits of the largest id. */
const LONGEST = 20;

/** Before files are chosen: what becomes of them, and the id of one, for who wants to give it. */
export function PutEntriesDialog() {
  const { t } = useTranslation(['store', 'common', 'problems']);
  const format = useFormat();
  const problemTitle = useProblemTitle();
  const { dismiss, readEntryName, choosePut } = useActions();
  const formId = useId();
  const choose = useRef<HTMLButtonElement>(null);
  const [typed, setTyped] = useState('');
  const [problem, setProblem] = useState<Problem>();
  /** The entry that has the id already, when its replacement is to be confirmed. */
  const [there, setThere] = useState<Required<EntryName>>();

  function type(text: string): void {
    setTyped(text);
    setProblem(undefined);
    setThere(undefined);
  }

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (typed.trim() === '') return put(undefined);
    const read = await readEntryName(typed);
    if (!read.ok) return setProblem(read.problem);
    const { id, entry } = read.value;
    if (entry !== undefined && there === undefined) return setThere({ id, entry });
    put(id);
  }

  function put(id: string | undefined): void {
    dismiss();
    void choosePut(id);
  }

  const label = typed.trim() === '' ? 'choose' : there === undefined ? 'chooseOne' : 'replace';
  return (
    <Dialog
      title={t('putting.title')}
      onClose={dismiss}
      focusFirst={choose}
      footer={
        <>
          <Button onClick={dismiss}>{t('common:cancel')}</Button>
          <Button
            ref={choose}
            form={formId}
            type="submit"
            variant={there === undefined ? 'primary' : 'danger'}
          >
            {t(`putting.${label}`)}
          </Button>
        </>
      }
    >
      <p>{t('drop.means')}</p>
      <form id={formId} onSubmit={(event) => void submit(event)}>
        <Field
          label={t('putting.id')}
          hint={t('putting.idMeans')}
          error={
            problem === undefined
              ? undefined
              : `${problemTitle(problem)}. ${t(`problems:code.${problem.code}.next`)}`
          }
        >
          {(control) => (
            <TextInput
              {...control}
              size={LONGEST}
              value={typed}
              placeholder={t('putting.idEmpty')}
              onChange={(event) => type(event.target.value)}
            />
          )}
        </Field>
      </form>
      {there === undefined ? null : (
        <Banner tone="warning" title={t('putting.there')}>
          <p>{t('putting.thereMeans', { id: there.id, size: format.bytes(there.entry.size) })}</p>
        </Banner>
      )}
    </Dialog>
  );
}
