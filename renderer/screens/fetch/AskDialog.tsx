import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Banner } from '../../components/Banner.tsx';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { ProblemText, useProblemTitle } from '../../problems/ProblemText.tsx';
import { useActions } from '../../state/use-app.ts';
import styles from './AskDialog.module.css';
import type { Asked } from './asked.ts';
import { Facts } from './Facts.tsx';
import { Files } from './Files.tsx';
import { linkKind } from './link-kind.ts';
import { Search } from './Search.tsx';

const { name: nameClass, discard } = styles;

/** What is found sooner than anybody would have decided to wait in the background, ms. */
const AT_ONCE_MS = 1_000;

/**
 * Asks whether to fetch, and where to, once it is known what it is; until then it tells of the search. Closing it
 * decides nothing: the row stays, and asks again.
 */
export function AskDialog({ flow, transfer }: Asked) {
  const { t } = useTranslation('fetch');
  const actions = useActions();
  const problemTitle = useProblemTitle();
  const answer = useRef<HTMLButtonElement>(null);
  const held = transfer.state === 'held';
  const openedAt = useRef(performance.now());
  useEffect(() => {
    // Later on, a key that was meant for the other button would start the download.
    if (held && performance.now() - openedAt.current < AT_ONCE_MS) answer.current?.focus();
  }, [held]);
  const { short } = flow.facts ?? linkKind(transfer.link);
  const name = transfer.name === '' ? t('ask.unnamed', { id: transfer.id }) : transfer.name;

  return (
    <Dialog
      size="wide"
      title={held ? t('ask.title') : t(transfer.state === 'manifest' ? 'ask.learning' : 'ask.looking')}
      onClose={actions.closeFetch}
      focusFirst={answer}
      footer={
        <>
          <Button variant="quiet" className={discard} onClick={() => void actions.cancelFetch()}>
            {t('ask.discard')}
          </Button>
          <Button ref={held ? undefined : answer} onClick={actions.closeFetch}>
            {held ? t('ask.later') : t('ask.background')}
          </Button>
          {held ? (
            <Button ref={answer} variant="primary" busy={flow.busy} onClick={() => void actions.startFetch()}>
              {t('ask.start')}
            </Button>
          ) : null}
        </>
      }
    >
      <p className={nameClass}>{name}</p>
      {flow.problem === undefined ? null : (
        <Banner tone="danger" title={problemTitle(flow.problem)}>
          <ProblemText problem={flow.problem} />
        </Banner>
      )}
      {held ? null : <Search transfer={transfer} />}
      <Facts flow={flow} transfer={transfer} />
      {held ? <Files transfer={transfer} /> : null}
      {short ? (
        <Banner tone="warning" title={t('ask.short')}>
          <p>{t('ask.shortMeans')}</p>
        </Banner>
      ) : null}
    </Dialog>
  );
}
