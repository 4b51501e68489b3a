import { useTranslation } from 'react-i18next';
import type { TransferSnapshot } from '../../../../core/api.ts';
import { classNames } from '../../../components/class-names.ts';
import { useFormat } from '../../../format/use-format.ts';
import styles from './Overhead.module.css';
import { PARTS, partsOf } from './overhead-parts.ts';
import { Section } from './Section.tsx';

const { bar, segment, sums, list, item, key, label, means, number, none } = styles;
const { source, repair, manifest, duplicate, late, rejected } = styles;
const COLOURS = { source, repair, manifest, duplicate, late, rejected };

/** Droplets received against droplets needed, and what they were. */
export function Overhead({ transfer }: { readonly transfer: TransferSnapshot }) {
  const { t } = useTranslation('transfers');
  const format = useFormat();
  const { droplets, overhead, wireBytes } = transfer;
  const { received, needed } = droplets;
  const parts = partsOf(droplets);
  const whole = Math.max(received, needed, 1);
  return (
    <Section
      title={t('details.overhead')}
      note={t('details.overheadMeans')}
      figure={received === 0 ? '' : format.ratio(overhead)}
    >
      {received === 0 ? (
        <p className={none}>{t('details.noDroplets')}</p>
      ) : (
        <>
          <div className={bar} aria-hidden="true">
            {PARTS.filter((part) => parts[part] > 0).map((part) => (
              <span
                key={part}
                className={classNames(segment, COLOURS[part])}
                style={{ flexBasis: `${(100 * parts[part]) / whole}%` }}
              />
            ))}
          </div>
          <p className={sums}>
            {t('details.receivedOfNeeded', {
              received: format.count(received),
              needed: format.count(needed),
              wire: format.bytes(wireBytes),
            })}
          </p>
          <dl className={list}>
            {PARTS.map((part) => (
              <div key={part} className={item}>
                <dt className={label}>
                  <span className={classNames(key, COLOURS[part])} aria-hidden="true" />
                  {t(`part.${part}`)}
                </dt>
                <dd className={means}>{t(`partMeans.${part}`)}</dd>
                <dd className={number}>{format.count(parts[part])}</dd>
              </div>
            ))}
          </dl>
        </>
      )}
    </Section>
  );
}
