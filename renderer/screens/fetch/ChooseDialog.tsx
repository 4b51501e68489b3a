import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { LinkRead } from '../../../preload/contract.ts';
import { Button } from '../../components/Button.tsx';
import { Dialog } from '../../components/Dialog.tsx';
import { Name } from '../../components/Name.tsx';
import { useActions } from '../../state/use-app.ts';
import styles from './ChooseDialog.module.css';
import { KindOfLink } from './KindOfLink.tsx';

const { list, entry, words, note, code } = styles;

/** Offers every link of a text with several; what is no whole link says why. */
export function ChooseDialog({ found }: { readonly found: readonly LinkRead[] }) {
  const { t } = useTranslation(['fetch', 'common']);
  const { closeFetch, fetchAll } = useActions();
  const links = found.flatMap((read) =>
    'facts' in read && read.facts.known === undefined ? [read.facts] : [],
  );
  const answer = useRef<HTMLButtonElement>(null);
  return (
    <Dialog
      size="wide"
      title={t('choose.title', { count: found.length })}
      onClose={closeFetch}
      focusFirst={answer}
      footer={
        <>
          <Button ref={answer} onClick={closeFetch}>
            {t('common:cancel')}
          </Button>
          {links.length < 2 ? null : (
            <Button variant="primary" onClick={() => void fetchAll(links)}>
              {t('choose.all', { count: links.length })}
            </Button>
          )}
        </>
      }
    >
      <p>{t('choose.means')}</p>
      <ul className={list}>
        {found.map((read) => (
          <Entry key={'facts' in read ? read.facts.link : read.text} read={read} />
        ))}
      </ul>
    </Dialog>
  );
}

function Entry({ read }: { readonly read: LinkRead }) {
  const { t } = useTranslation('fetch');
  const { openLinks } = useActions();
  if (!('facts' in read))
    return (
      <li className={entry}>
        <div className={words}>
          <span className={code}>{read.text}</span>
          <span className={note} lang="en">
            {read.problem.message}
          </span>
        </div>
        <span className={note}>{t('choose.broken')}</span>
      </li>
    );
  const { facts } = read;
  const name = facts.name === '' ? t('ask.unnamed', { id: facts.id }) : facts.name;
  return (
    <li className={entry}>
      <div className={words}>
        <Name name={name} />
        <span className={note}>
          <KindOfLink facts={facts} />
        </span>
        <span className={code}>{facts.id}</span>
      </div>
      {facts.known === undefined ? (
        <Button aria-label={t('choose.one', { name })} onClick={() => void openLinks([read])}>
          {t('ask.start')}
        </Button>
      ) : (
        <span className={note}>{t('choose.here')}</span>
      )}
    </li>
  );
}
