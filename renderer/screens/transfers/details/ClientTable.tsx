import { useTranslation } from 'react-i18next';
import type { ClientSnapshot } from '../../../../core/api.ts';
import { classNames } from '../../../components/class-names.ts';
import { useFormat } from '../../../format/use-format.ts';
import styles from './ServerTable.module.css';

const { table, numeric, empty } = styles;

/** Whom a share pours to at the moment. */
export function ClientTable({ clients }: { readonly clients: readonly ClientSnapshot[] }) {
  const { t } = useTranslation('transfers');
  const format = useFormat();
  if (clients.length === 0) return <p className={empty}>{t('details.noClients')}</p>;
  return (
    <table className={table}>
      <thead>
        <tr>
          <th scope="col">{t('details.address')}</th>
          <th scope="col" className={numeric}>
            {t('details.rate')}
          </th>
          <th scope="col" className={numeric}>
            {t('details.poured')}
          </th>
        </tr>
      </thead>
      <tbody>
        {clients.map(({ address, rate, poured }) => (
          <tr key={address}>
            <th scope="row" className={classNames('mono', 'selectable')}>
              {address}
            </th>
            <td className={numeric}>{format.rate(rate)}</td>
            <td className={numeric}>{format.bytes(poured)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
