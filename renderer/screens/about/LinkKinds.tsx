import { Globe, Lock, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import styles from './LinkKinds.module.css';

const { section, title, kinds, kind: kindClass, name, example, means } = styles;

/** Examples, shortened where what follows does not matter; not words, so not in the catalogue. */
const KINDS = [
  { kind: 'private', Icon: Lock, link: 'rain:9823d1ad7bbde89b.VrKW8--wkEba…' },
  { kind: 'public', Icon: Globe, link: 'rain:9823d1ad7bbde89b?d=k3wQb2…' },
  { kind: 'short', Icon: TriangleAlert, link: 'rain:9823d1ad7bbde89b' },
] as const;

/** What private, public and short links are: whom one trusts with which. */
export function LinkKinds() {
  const { t } = useTranslation('settings');
  return (
    <section className={section} aria-labelledby="link-kinds">
      <h2 className={title} id="link-kinds">
        {t('about.links')}
      </h2>
      <ul className={kinds}>
        {KINDS.map(({ kind, Icon, link }) => (
          <li className={kindClass} key={kind}>
            <h3 className={name}>
              <Icon size={16} />
              {t(`about.${kind}`)}
            </h3>
            <p className={example}>{link}</p>
            <p className={means}>{t(`about.${kind}Means`)}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}
