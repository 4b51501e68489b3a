import { useTranslation } from 'react-i18next';
import type { StorePeer } from '../../../preload/contract.ts';
import { Button } from '../../components/Button.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { useFormat } from '../../format/use-format.ts';
import { useActions } from '../../state/use-app.ts';
import { StateMark } from './StateMark.tsx';
import styles from './Table.module.css';

const { scroller, table, sub, figure } = styles;

export function PeerTable({ peers }: { readonly peers: readonly StorePeer[] }) {
  const { t } = useTranslation('store');
  const format = useFormat();
  const { show } = useActions();
  if (peers.length === 0) {
    return (
      <EmptyState
        icon={null}
        title={t('noPeers.title')}
        actions={<Button onClick={() => show('settings')}>{t('toSettings')}</Button>}
      >
        <p>{t('noPeers.means')}</p>
      </EmptyState>
    );
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by key.
    <section className={scroller} tabIndex={0} aria-label={t('view.peers')}>
      <table className={table}>
        <thead>
          <tr>
            <th scope="col">{t('peer.address')}</th>
            <th scope="col">{t('peer.state')}</th>
            <th scope="col">{t('peer.contact')}</th>
          </tr>
        </thead>
        <tbody>
          {peers.map(({ address, state, isListed, untold, lastContact }) => (
            <tr key={address}>
              <th scope="row">
                <span className="mono selectable">{address}</span>
                <span className={sub}>{t(isListed ? 'peer.listed' : 'peer.found')}</span>
              </th>
              <td>
                <StateMark tone={state === 'here' ? 'good' : 'danger'}>{t(`peer.${state}`)}</StateMark>
                {untold === 0 ? null : (
                  <span className={sub}>
                    {t('peer.untold', { count: untold, formatted: format.count(untold) })}
                  </span>
                )}
              </td>
              <td className={figure}>
                {lastContact === undefined ? t('peer.never') : format.moment(lastContact)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
