import { useTranslation } from 'react-i18next';
import type { TransferSnapshot } from '../../../../core/api.ts';
import { Banner } from '../../../components/Banner.tsx';
import { Button } from '../../../components/Button.tsx';
import { useFormat } from '../../../format/use-format.ts';
import { useActions, useApp } from '../../../state/use-app.ts';
import styles from './Waiting.module.css';

const { list } = styles;
/** Addresses that are named; the table below has them all. */
const NAMED = 4;

/** Why nothing comes: where it was looked for, and what can be done. */
export function Waiting({
  transfer: { servers, waiting = 'servers' },
}: {
  readonly transfer: TransferSnapshot;
}) {
  const { t } = useTranslation(['transfers', 'problems']);
  const format = useFormat();
  const { show } = useActions();
  const lan = useApp((state) => state.settings.lan);
  const addresses = servers.slice(0, NAMED).map(({ address }) => address);
  const more = servers.length - addresses.length;
  if (more > 0) addresses.push(t('waiting.more', { count: more, formatted: format.count(more) }));
  return (
    <Banner
      tone="info"
      title={t(`problems:waiting.${waiting}.title`)}
      actions={
        <Button size="small" onClick={() => show('settings')}>
          {t('waiting.openServers')}
        </Button>
      }
    >
      <p>{t(`problems:waiting.${waiting}.next`)}</p>
      <ul className={list}>
        {addresses.length === 0 ? null : (
          <li>{t('waiting.looked', { addresses: format.list(addresses) })}</li>
        )}
        <li>{t(lan ? 'waiting.lookedLan' : 'waiting.lanOff')}</li>
        <li>{t('waiting.keepOnline')}</li>
        <li>{t('waiting.addServer')}</li>
      </ul>
    </Banner>
  );
}
