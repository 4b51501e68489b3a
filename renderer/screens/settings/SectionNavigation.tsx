import { type RefObject, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { classNames } from '../../components/class-names.ts';
import styles from './SectionNavigation.module.css';
import { SECTIONS, type SectionName } from './sections.ts';

const { navigation, link, current: currentClass } = styles;
/** The section that is read is the one that has most of the upper part of what is seen. */
const READ = '-96px 0px -55% 0px';

/** Leads to the sections, and shows which one is read. */
export function SectionNavigation({ scroller }: { readonly scroller: RefObject<HTMLElement | null> }) {
  const { t } = useTranslation('settings');
  const [current, setCurrent] = useState<SectionName>('downloads');

  useEffect(() => {
    const wanted = SECTIONS.find((name) => `#${name}` === window.location.hash);
    if (wanted !== undefined) goTo(wanted);
    // The hash was for this time.
    window.history.replaceState(null, '', window.location.pathname);
  }, []);

  useEffect(() => {
    const observer = new IntersectionObserver(
      (seen) => {
        const first = seen.find(({ isIntersecting }) => isIntersecting);
        const name = SECTIONS.find((section) => section === first?.target.id);
        if (name !== undefined) setCurrent(name);
      },
      { root: scroller.current, rootMargin: READ },
    );
    for (const name of SECTIONS) {
      const section = document.getElementById(name);
      if (section !== null) observer.observe(section);
    }
    return () => observer.disconnect();
  }, [scroller]);

  return (
    <nav className={navigation} aria-label={t('sections')}>
      {SECTIONS.map((name) => (
        <a
          key={name}
          href={`#${name}`}
          className={classNames(link, name === current && currentClass)}
          aria-current={name === current ? 'true' : undefined}
          onClick={(event) => {
            event.preventDefault();
            goTo(name);
            setCurrent(name);
          }}
        >
          {t(`${name}.title`)}
        </a>
      ))}
    </nav>
  );
}

function goTo(name: SectionName): void {
  const section = document.getElementById(name);
  section?.scrollIntoView({ block: 'start' });
  section?.focus({ preventScroll: true });
}
