import { useTranslation } from 'react-i18next';
import type { StoreDeed } from '../../../preload/contract.ts';
import { EmptyState } from '../../components/EmptyState.tsx';
import { useFormat } from '../../format/use-format.ts';
import { StateMark, type Tone } from './StateMark.tsx';
import styles from './Table.module.css';

const { scroller, table, sub, figure } = styles;

const TONES = {
  put: 'good',
  kept: 'good',
  fetching: 'active',
  deleted: 'still',
  'deleted elsewhere': 'still',
  failed: 'danger',
} as const satisfies Record<StoreDeed['what'], Tone>;

/** What happened to entries, newest first. */
export function RecentTable({ deeds }: { readonly deeds: readonly StoreDeed[] }) {
  const { t } = useTranslation('store');
  const format = useFormat();
  if (deeds.length === 0) {
    return (
      <EmptyState icon={null} title={t('nothingRecent.title')}>
        <p>{t('nothingRecent.means')}</p>
      </EmptyState>
    );
  }
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by key.
    <section className={scroller} tabIndex={0} aria-label={t('view.recent')}>
      <table className={table}>
        <thead>
          <tr>
            <th scope="col">{t('recent.what')}</th>
            <th scope="col">{t('entry.id')}</th>
            <th scope="col">{t('entry.size')}</th>
            <th scope="col">{t('recent.time')}</th>
          </tr>
        </thead>
        <tbody>
          {keyed(deeds).map(({ key, deed: { time, what, id, size, reason } }) => (
            <tr key={key}>
              <td>
                <StateMark tone={TONES[what]}>
                  {t(what === 'deleted elsewhere' ? 'recent.deletedElsewhere' : `recent.${what}`)}
                </StateMark>
                {reason === undefined ? null : (
                  <span className={sub} lang="en">
                    {reason}
                  </span>
                )}
              </td>
              <th scope="row">
                <span className="mono selectable">{id}</span>
              </th>
              <td className={figure}>{size === undefined ? '–' : format.bytes(size)}</td>
              <td className={figure}>{format.moment(time)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** Several may be of the same entry in the same millisecond: they are told apart by their order from the oldest on. */
function keyed(deeds: readonly StoreDeed[]): { readonly key: string; readonly deed: StoreDeed }[] {
  const seen = new Map<string, number>();
  return deeds
    .toReversed()
    .map((deed) => {
      const name = `${deed.time} ${deed.id} ${deed.what}`;
      const nth = (seen.get(name) ?? 0) + 1;
      seen.set(name, nth);
      return { key: `${name} ${nth}`, deed };
    })
    .toReversed();
}
