import { useTranslation } from 'react-i18next';
import { Skeleton } from '../../components/Skeleton.tsx';
import styles from './ListSkeleton.module.css';

const { list, row, badge } = styles;

/** The shape of the list, while the engine opens. */
export function ListSkeleton() {
  const { t } = useTranslation('transfers');
  return (
    <div className={list} role="status">
      <span className="unseen">{t('engine.opening')}</span>
      {[34, 26, 40, 22].map((width) => (
        <div key={width} className={row} aria-hidden="true">
          <span className={badge} />
          <div>
            <p>
              <Skeleton width={width} />
            </p>
            <p>
              <Skeleton width={18} />
            </p>
          </div>
        </div>
      ))}
    </div>
  );
}
