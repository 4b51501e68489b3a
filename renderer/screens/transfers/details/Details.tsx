import { useTranslation } from 'react-i18next';
import type { ShareSnapshot, TransferSnapshot } from '../../../../core/api.ts';
import styles from './Details.module.css';
import { ShareDetails } from './ShareDetails.tsx';
import { TransferDetails } from './TransferDetails.tsx';

const { details } = styles;

interface DetailsProps {
  readonly name: string;
  readonly transfer: TransferSnapshot | undefined;
  readonly share: ShareSnapshot | undefined;
}

/** What is below an open row. */
export function Details({ name, transfer, share }: DetailsProps) {
  const { t } = useTranslation('transfers');
  return (
    <section className={details} aria-label={t('details.label', { name })}>
      {transfer === undefined ? null : <TransferDetails transfer={transfer} />}
      {share === undefined ? null : <ShareDetails share={share} isOwn={transfer === undefined} />}
    </section>
  );
}
