import { Waves } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { StoreView } from '../../../preload/contract.ts';
import { classNames } from '../../components/class-names.ts';
import { EmptyState } from '../../components/EmptyState.tsx';
import styles from './Entries.module.css';
import { EntryTable } from './EntryTable.tsx';
import { useEntries } from './use-entries.ts';

const { command } = styles;

export interface EntriesProps {
  readonly view: StoreView;
  /** Of the gateway. */
  readonly url: string;
}

export function Entries({ view, url }: EntriesProps) {
  const { t } = useTranslation('store');
  const { entries, bytes, wanted, recent } = view;
  const { entries: loaded, more } = useEntries(`${entries} ${bytes} ${wanted} ${recent[0]?.time}`);
  if (loaded === undefined) return null;
  if (loaded.length > 0) return <EntryTable entries={loaded} total={entries} onEnd={more} />;
  return (
    <EmptyState icon={<Waves size={40} strokeWidth={1.5} />} title={t('empty.title')}>
      <p>{t('empty.means')}</p>
      <p className={classNames(command, 'mono selectable')}>{t('empty.command', { url })}</p>
    </EmptyState>
  );
}
