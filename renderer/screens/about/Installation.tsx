import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { About } from '../../../preload/contract.ts';
import styles from './Installation.module.css';

const { section, title, list, item, value, note } = styles;

/** What runs here, as somebody who helps would ask for it. */
export function Installation({ about }: { readonly about: About }) {
  const { t } = useTranslation('settings');
  const official = about.runtime === 'official';
  return (
    <section className={section} aria-labelledby="installation">
      <h2 className={title} id="installation">
        {t('about.system')}
      </h2>
      <dl className={list}>
        <Item name={t('about.runtime')}>
          {t(official ? 'about.official' : 'about.standIn')}
          <p className={note}>{t(official ? 'about.officialMeans' : 'about.standInMeans')}</p>
        </Item>
        <Item name={t('about.electron')}>{about.electron}</Item>
        <Item name={t('about.chromium')}>{about.chromium}</Item>
        <Item name={t('about.node')}>{about.node}</Item>
        <Item name={t('about.dataFolder')}>{about.dataFolder}</Item>
        <Item name={t('about.licence')}>{t('about.licenceMeans')}</Item>
      </dl>
    </section>
  );
}

function Item({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <div className={item}>
      <dt>{name}</dt>
      <dd className={value}>{children}</dd>
    </div>
  );
}
