import { TriangleAlert } from 'lucide-react';
import { type ReactNode, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { LinkFacts, LinkRead } from '../../../preload/contract.ts';
import { Banner } from '../../components/Banner.tsx';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { useAwake } from '../../components/use-awake.ts';
import { useFormat } from '../../format/use-format.ts';
import { ProblemText, useProblemTitle } from '../../problems/ProblemText.tsx';
import { useActions, useApp } from '../../state/use-app.ts';
import { Fact, FactList } from './Facts.tsx';
import { KindOfLink } from './KindOfLink.tsx';
import styles from './OutsideDialog.module.css';

const { link: linkClass, servers, address, note, own, quiet } = styles;

/**
 * Asks about a link that another program has handed over, before anybody hears of it: what it says, and whom it would
 * have this computer contact. The answer that does nothing has the focus, and none counts before the window is awake.
 */
export function OutsideDialog({ read }: { readonly read: LinkRead }) {
  const { t } = useTranslation(['fetch', 'common']);
  const { answerOutside } = useActions();
  const isAwake = useAwake(useApp((state) => state.hasKeyboard));
  const asks = useApp((state) => state.settings.askBeforeDownload);
  const refuse = useRef<HTMLButtonElement>(null);
  const answer = (isWanted: boolean) => (isAwake ? () => void answerOutside(isWanted) : undefined);
  const isLink = 'facts' in read;
  return (
    <Dialog
      alert
      size="wide"
      title={t('confirm.title')}
      onClose={() => answer(false)?.()}
      focusFirst={refuse}
      footer={
        <>
          {isLink ? (
            <Button aria-disabled={!isAwake} onClick={answer(true)}>
              {t(asks ? 'confirm.look' : 'confirm.start')}
            </Button>
          ) : null}
          <Button ref={refuse} variant="primary" aria-disabled={!isAwake} onClick={answer(false)}>
            {t(isLink ? 'confirm.refuse' : 'common:close')}
          </Button>
        </>
      }
    >
      <p>{t('confirm.nothingYet')}</p>
      {isLink ? <Contents facts={read.facts} /> : <Broken {...read} />}
      <Others />
    </Dialog>
  );
}

function Contents({ facts }: { readonly facts: LinkFacts }) {
  const { t } = useTranslation('fetch');
  const format = useFormat();
  const lan = useApp((state) => state.settings.lan);
  const listed = useApp((state) => state.servers.filter(({ found }) => found === 'list').length);
  const also = [
    ...(listed > 0 ? [t('confirm.others', { count: listed, formatted: format.count(listed) })] : []),
    ...(lan ? [t('confirm.lan')] : []),
  ];
  return (
    <>
      <FactList>
        <Fact name={t('confirm.name')}>
          <span>{facts.name === '' ? t('ask.unnamed', { id: facts.id }) : facts.name}</span>
          {facts.name === '' ? null : <span className={note}>{t('confirm.nameMeans')}</span>}
        </Fact>
        <Fact name={t('confirm.link')}>
          <KindOfLink facts={facts} />
          <span className={linkClass}>{facts.link}</span>
        </Fact>
        <Fact name={t('confirm.contacts')}>
          {facts.servers.length === 0 ? <span>{t('confirm.nobody')}</span> : null}
          <ul className={servers}>
            {facts.servers.map((server) => (
              <li key={server.address}>
                <span className={address}>{server.address}</span>
                {server.place === 'public' ? null : (
                  <Place isOwn={server.place === 'own'}>{t(`confirm.place.${server.place}`)}</Place>
                )}
              </li>
            ))}
          </ul>
          {also.length === 0 ? null : <span className={note}>{also.join(', ')}</span>}
        </Fact>
      </FactList>
      {facts.ignored.length === 0 ? null : (
        <Banner tone="warning" title={t('confirm.ignored', { parts: facts.ignored.join(' ') })} />
      )}
      {facts.short ? (
        <Banner tone="warning" title={t('ask.short')}>
          <p>{t('ask.shortMeans')}</p>
        </Banner>
      ) : null}
    </>
  );
}

function Place({ isOwn, children }: { readonly isOwn: boolean; readonly children: ReactNode }) {
  return (
    <span className={isOwn ? own : note}>
      {isOwn ? <TriangleAlert size={14} aria-hidden="true" /> : null}
      {children}
    </span>
  );
}

function Broken({ text, problem }: Exclude<LinkRead, { facts: LinkFacts }>) {
  const problemTitle = useProblemTitle();
  return (
    <>
      <FactList>
        <Fact name={problemTitle(problem)}>
          <span className={linkClass}>{text}</span>
        </Fact>
      </FactList>
      <div>
        <ProblemText problem={problem} />
      </div>
    </>
  );
}

/** How many wait behind this one. */
function Others() {
  const { t } = useTranslation('fetch');
  const format = useFormat();
  const more = useApp((state) => state.outside.waiting.length - 1);
  const refused = useApp((state) => state.outside.refused);
  if (more < 1 && refused === 0) return null;
  return (
    <p className={quiet}>
      {more < 1 ? null : t('confirm.more', { count: more, formatted: format.count(more) })}{' '}
      {refused === 0 ? null : t('confirm.refused', { count: refused, formatted: format.count(refused) })}
    </p>
  );
}
