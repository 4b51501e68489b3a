import { useTranslation } from 'react-i18next';
import type { TransferServerSnapshot } from '../../../../core/api.ts';
import { classNames } from '../../../components/class-names.ts';
import { useFormat } from '../../../format/use-format.ts';
import { OWN_BANDS } from '../../../state/samples.ts';
import { bandColour } from './chart-options.ts';
import { Section } from './Section.tsx';
import styles from './ServerTable.module.css';

const { table, numeric, address, key: keyClass, unkeyed, sub, empty, pours, bad } = styles;

interface ServerTableProps {
  readonly servers: readonly TransferServerSnapshot[];
  /** Addresses of the bands of the chart, in their order: the table is its legend. */
  readonly bands: readonly string[];
  /** The transfer goes on: what a server was last seen to do it still does. */
  readonly isActive: boolean;
}

/** The servers of a transfer; the key before an address is that of its band in the chart. */
export function ServerTable({ servers, bands, isActive }: ServerTableProps) {
  const { t } = useTranslation(['transfers', 'problems']);
  const format = useFormat();
  if (servers.length === 0)
    return (
      <Section title={t('details.servers')}>
        <p className={empty}>{t('details.noServers')}</p>
      </Section>
    );
  const head = ['rate', 'share', 'loss', 'roundTrip', 'droplets'] as const;
  return (
    <Section title={t('details.servers')}>
      <table className={table}>
        <thead>
          <tr>
            <th scope="col">{t('details.address')}</th>
            {head.map((column) => (
              <th key={column} scope="col" className={numeric}>
                {t(`details.${column}`)}
              </th>
            ))}
            <th scope="col">{t('details.state')}</th>
          </tr>
        </thead>
        <tbody>
          {servers.map((server) => {
            const isPouring = server.state === 'pouring' && isActive;
            return (
              <tr key={server.address}>
                <th scope="row">
                  <span className={address}>
                    {bands.length === 0 ? null : (
                      <Key band={bands.indexOf(server.address)} poured={server.droplets > 0} />
                    )}
                    <span>
                      <span className="mono selectable">{server.address}</span>
                      <span className={sub}>{t(`found.${server.found}`)}</span>
                    </span>
                  </span>
                </th>
                <td className={numeric}>{server.rate > 0 ? format.rate(server.rate) : '–'}</td>
                <td className={numeric}>{server.droplets > 0 ? format.ratio(server.share) : '–'}</td>
                <td className={numeric}>{server.droplets > 0 ? format.ratio(server.loss) : '–'}</td>
                <td className={numeric}>
                  {server.rttMs === undefined ? '–' : format.milliseconds(server.rttMs)}
                </td>
                <td className={numeric}>{format.count(server.droplets)}</td>
                <td>
                  <span
                    className={classNames(
                      isPouring && pours,
                      (server.state === 'banned' || server.state === 'refused') && bad,
                    )}
                  >
                    {t(server.state === 'pouring' && !isActive ? 'server.poured' : `server.${server.state}`)}
                  </span>
                  {server.reason === undefined ? null : (
                    <span className={sub}>{t(`problems:reason.${server.reason}`)}</span>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Section>
  );
}

/** The colour and the number of a band; servers beyond the bands that there are share the last colour. */
function Key({ band, poured }: { readonly band: number; readonly poured: boolean }) {
  if (band < 0 && !poured) return <span className={classNames(keyClass, unkeyed)} aria-hidden="true" />;
  return (
    <span
      className={keyClass}
      style={{ background: bandColour(band < 0 ? OWN_BANDS : band) }}
      aria-hidden="true"
    >
      {band < 0 ? '' : band + 1}
    </span>
  );
}
