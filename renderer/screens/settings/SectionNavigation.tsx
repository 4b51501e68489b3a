import { type RefObject, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { classNames } from '../../components/class-names.ts';
import styles from './SectionNavigation.module.css';
import { SECTIONS, type SectionName } from './sections.ts';

const { navigation, link, current: currentClass } = styles;
/** A section is read from when its top is so far below the top of what is seen, px: a third of a low window. */
const READ_FROM = 160;

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
    const element = scroller.current;
    if (element === null) return;
    const follow = (): void => setCurrent(readIn(element));
    element.addEventListener('scroll', follow, { passive: true });
    return () => element.removeEventListener('scroll', follow);
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
          }}
        >
          {t(`${name}.title`)}
        </a>
      ))}
    </nav>
  );
}

/** The last section whose top has come far enough up; at the very end the last one, which never comes so far. */
function readIn(scroller: HTMLElement): SectionName {
  const { scrollTop, clientHeight, scrollHeight } = scroller;
  if (scrollTop + clientHeight >= scrollHeight - 1) return SECTIONS[SECTIONS.length - 1];
  const top = scroller.getBoundingClientRect().top + READ_FROM;
  const read = SECTIONS.findLast((name) => {
    const section = document.getElementById(name);
    return section !== null && section.getBoundingClientRect().top <= top;
  });
  return read ?? SECTIONS[0];
}

function goTo(name: SectionName): void {
  const section = document.getElementById(name);
  section?.scrollIntoView({ block: 'start' });
  section?.focus({ preventScroll: true });
}
