import { useTranslation } from 'react-i18next';
import { Banner } from '../components/Banner.tsx';
import { Button } from '../components/Button.tsx';
import { useActions, useApp } from '../state/use-app.ts';
import styles from './Banners.module.css';

const { banners } = styles;

/** What holds for the whole window for a while. */
export function Banners() {
  const { t } = useTranslation('transfers');
  const online = useApp((state) => state.online);
  const offer = useApp((state) => state.offer);
  const { takeOffer, refuseOffer } = useActions();
  if (online && offer.length === 0) return null;
  const [first] = offer;
  return (
    <div className={banners}>
      {online ? null : (
        <Banner tone="warning" title={t('offline.title')}>
          <p>{t('offline.means')}</p>
        </Banner>
      )}
      {first === undefined ? null : (
        <Banner
          tone="info"
          title={t('offer.title', { count: offer.length })}
          actions={
            <Button size="small" onClick={() => void takeOffer()}>
              {t('offer.fetch', { count: offer.length })}
            </Button>
          }
          onDismiss={refuseOffer}
        >
          <p>{offer.map(({ id, name }) => (name === '' ? t('offer.unnamed', { id }) : name)).join(' · ')}</p>
        </Banner>
      )}
    </div>
  );
}
