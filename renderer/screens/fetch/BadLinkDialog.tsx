import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '../../../core/api.ts';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { shortcut } from '../../components/shortcut.ts';
import { ProblemText, useProblemTitle } from '../../problems/ProblemText.tsx';
import { useActions, useApp } from '../../state/use-app.ts';
import styles from './BadLinkDialog.module.css';

const { pasted, label, quote } = styles;
/** Characters of what was pasted: enough to know it again. */
const SHOWN = 300;

/** What was pasted, dropped or opened is no link, or leads nowhere. */
export function BadLinkDialog({ text, problem }: { readonly text: string; readonly problem: Problem }) {
  const { t } = useTranslation(['fetch', 'common']);
  const actions = useActions();
  const problemTitle = useProblemTitle();
  const answer = useRef<HTMLButtonElement>(null);
  const platform = useApp((state) => state.about.platform);
  const { beginFetch } = actions;
  useEffect(() => {
    const paste = (event: ClipboardEvent): void => {
      const another = event.clipboardData?.getData('text/plain').trim() ?? '';
      if (another !== '') void beginFetch(another, 'paste');
    };
    window.addEventListener('paste', paste);
    return () => window.removeEventListener('paste', paste);
  }, [beginFetch]);
  return (
    <Dialog
      title={problem.code === 'bad-link' ? problemTitle(problem) : t('bad.title')}
      onClose={actions.closeFetch}
      focusFirst={answer}
      footer={
        <Button ref={answer} variant="primary" onClick={actions.closeFetch}>
          {t('common:close')}
        </Button>
      }
    >
      <div className={pasted}>
        <p className={label}>{t('bad.text')}</p>
        <p className={quote}>{text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text}</p>
      </div>
      <div>
        {problem.code === 'bad-link' ? null : <p>{problemTitle(problem)}</p>}
        <ProblemText problem={problem} />
      </div>
      <p>{t('bad.again', { keys: shortcut(platform, 'V') })}</p>
    </Dialog>
  );
}
