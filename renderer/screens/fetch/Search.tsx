import { useTranslation } from 'react-i18next';
import type { TransferSnapshot } from '../../../core/api.ts';
import { Spinner } from '../../components/Spinner.tsx';
import { useFormat } from '../../format/use-format.ts';
import { useApp } from '../../state/use-app.ts';
import styles from './Search.module.css';

const { search, words, note } = styles;

/** Tells of the search for somebody who has it: where it has looked, and what can be done. */
export function Search({ transfer }: { readonly transfer: TransferSnapshot }) {
  const { t } = useTranslation(['fetch', 'problems']);
  const format = useFormat();
  const lan = useApp((state) => state.settings.lan);
  const { waiting } = transfer;
  const asked = transfer.servers.length;
  return (
    <div className={search} role="status">
      <Spinner />
      <div className={words}>
        <p>
          {asked === 0 ? null : t('ask.asked', { count: asked, formatted: format.count(asked) })}
          {lan ? <> {t('ask.lan')}</> : null}
        </p>
        {waiting !== undefined ? (
          <p>
            {t(`problems:waiting.${waiting}.title`)}. {t(`problems:waiting.${waiting}.next`)}
          </p>
        ) : null}
        <p className={note}>{t('ask.lookingMeans')}</p>
      </div>
    </div>
  );
}
