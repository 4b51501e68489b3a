import { Link } from 'lucide-react';
import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '../../core/api.ts';
import { Button } from '../components/Button.tsx';
import { TextInput } from '../components/TextInput.tsx';
import { ProblemText, useProblemTitle } from '../problems/ProblemText.tsx';
import { useActions, useApp } from '../state/use-app.ts';
import styles from './LinkField.module.css';

const { form, field, icon, input: inputClass, wrong, title } = styles;

/** Takes a link or an id; what is wrong with it is said below. */
export function LinkField() {
  const { t } = useTranslation('transfers');
  const { beginFetch } = useActions();
  const isOpen = useApp((state) => state.engine.state === 'open');
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<Problem>();
  const wanted = useApp((state) => state.fieldWanted);
  const input = useRef<HTMLInputElement>(null);
  const problemId = useId();
  const problemTitle = useProblemTitle();

  useEffect(() => {
    if (wanted > 0) input.current?.focus();
  }, [wanted]);

  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (text.trim() === '') return;
    const found = await beginFetch(text, 'field');
    setProblem(found);
    if (found === undefined) setText('');
  };

  return (
    <form className={form} onSubmit={submit}>
      <div className={field}>
        <Link className={icon} size={16} aria-hidden="true" />
        <TextInput
          ref={input}
          className={inputClass}
          aria-label={t('link.label')}
          placeholder={t('link.placeholder')}
          value={text}
          disabled={!isOpen}
          aria-invalid={problem === undefined ? undefined : true}
          aria-describedby={problem === undefined ? undefined : problemId}
          onChange={(event) => {
            setText(event.target.value);
            setProblem(undefined);
          }}
          onKeyDown={(event) => {
            if (event.key === 'Escape') setProblem(undefined);
          }}
        />
        <div id={problemId} role="alert" className={wrong} hidden={problem === undefined}>
          {problem === undefined ? null : (
            <>
              <p className={title}>{problemTitle(problem)}</p>
              <ProblemText problem={problem} />
            </>
          )}
        </div>
      </div>
      {text.trim() === '' ? null : <Button type="submit">{t('link.fetch')}</Button>}
    </form>
  );
}
