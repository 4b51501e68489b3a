import { Globe, Lock } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/Button.tsx';
import { Skeleton } from '../../components/Skeleton.tsx';
import { useFormat } from '../../format/use-format.ts';
import { useActions } from '../../state/use-app.ts';
import type { Asked } from './asked.ts';
import styles from './Facts.module.css';
import { linkKind } from './link-kind.ts';
import { Room } from './Room.tsx';

const { list, fact, value: valueClass, place, path, kind: kindClass, note } = styles;

/** What it is, who can read it, and where it will go. */
export function Facts({ flow, transfer }: Asked) {
  const { t } = useTranslation('fetch');
  const format = useFormat();
  const actions = useActions();
  const kind = (flow.facts ?? linkKind(transfer.link)).private ? 'private' : 'public';
  const { destination } = flow;
  return (
    <FactList>
      <Fact name={t('ask.size')}>
        {transfer.bytes === undefined ? (
          <Skeleton width={18} />
        ) : (
          <span className="figures">
            {format.bytes(transfer.bytes)}
            {transfer.files === undefined ? null : (
              <>
                {' · '}
                {t('ask.files', { count: transfer.files, formatted: format.count(transfer.files) })}
              </>
            )}
            {transfer.folders === undefined || transfer.folders === 0 ? null : (
              <>
                {' · '}
                {t('ask.folders', { count: transfer.folders, formatted: format.count(transfer.folders) })}
              </>
            )}
          </span>
        )}
      </Fact>
      <Fact name={t('ask.audience')}>
        <span className={kindClass}>
          {kind === 'private' ? <Lock size={14} /> : <Globe size={14} />}
          {t(`ask.${kind}`)}
        </span>
        <span className={note}>{t(`ask.${kind}Means`)}</span>
      </Fact>
      <Fact name={t('ask.into')}>
        <span className={place}>
          <span className={path}>{destination?.into ?? transfer.into}</span>
          {transfer.state === 'held' ? (
            <Button size="small" onClick={() => void actions.chooseDestination()}>
              {t('ask.change')}
            </Button>
          ) : null}
        </span>
        {destination === undefined ? null : <Room needed={transfer.bytes ?? 0} free={destination.free} />}
      </Fact>
    </FactList>
  );
}

/** What is known of something that is asked about, by headings. */
export function FactList({ children }: { readonly children: ReactNode }) {
  return <dl className={list}>{children}</dl>;
}

export function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className={fact}>
      <dt>{name}</dt>
      <dd className={valueClass}>{children}</dd>
    </div>
  );
}
