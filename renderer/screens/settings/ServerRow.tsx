import { Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { KnownServer } from '../../../core/api.ts';
import { classNames } from '../../components/class-names.ts';
import { IconButton } from '../../components/IconButton.tsx';
import { useFormat } from '../../format/use-format.ts';
import styles from './ServerRow.module.css';

const { row, mark, there, gone, address: addressClass, state: stateClass, found: foundClass } = styles;

export interface ServerRowProps {
  readonly server: KnownServer;
  readonly checking: boolean;
  readonly onRemove: (address: string) => Promise<void>;
}

export function ServerRow({ server, checking, onRemove }: ServerRowProps) {
  const { t } = useTranslation(['settings', 'transfers']);
  const format = useFormat();
  const { address, found, reachable, rttMs, lastSeen } = server;

  function state(): string {
    if (reachable === undefined) return t(checking ? 'servers.checking' : 'servers.unknown');
    if (!reachable) return t('servers.unreachable');
    return rttMs === undefined
      ? t('servers.reachableUntimed')
      : t('servers.reachable', { rtt: format.milliseconds(rttMs) });
  }

  return (
    <li className={row}>
      <span
        className={classNames(mark, reachable === true && there, reachable === false && gone)}
        aria-hidden="true"
      />
      <span className={classNames(addressClass, 'mono selectable')}>{address}</span>
      <span className={stateClass}>
        {state()}
        {reachable === false && lastSeen !== undefined ? (
          <> · {t('servers.lastSeen', { moment: format.moment(lastSeen) })}</>
        ) : null}
      </span>
      {found === 'list' ? (
        <IconButton
          size="small"
          tone="danger"
          label={t('servers.remove', { address })}
          icon={<Trash2 size={16} />}
          onClick={() => void onRemove(address)}
        />
      ) : (
        <span className={foundClass}>{t(`transfers:found.${found}`)}</span>
      )}
    </li>
  );
}
