import { useTranslation } from 'react-i18next';
import mark from '../../../resources/icon.svg';
import { useApp } from '../../state/use-app.ts';
import styles from './AboutScreen.module.css';
import { Installation } from './Installation.tsx';
import { LinkKinds } from './LinkKinds.tsx';

const { screen, column, head, name, tagline, version } = styles;

export function AboutScreen() {
  const { t } = useTranslation(['settings', 'common']);
  const about = useApp((state) => state.about);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be scrolled by key.
    <section className={screen} tabIndex={0} aria-label={t('about.title')}>
      <div className={column}>
        <header className={head}>
          <img src={mark} width={72} height={72} alt="" />
          <div>
            <h1 className={name}>{t('common:app')}</h1>
            <p className={version}>{t('about.version', { version: about.version })}</p>
            <p className={tagline}>{t('about.tagline')}</p>
          </div>
        </header>
        <LinkKinds />
        <Installation about={about} />
      </div>
    </section>
  );
}
