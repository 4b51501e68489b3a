import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import styles from './Section.module.css';
import type { SectionName } from './sections.ts';

const { section, title: titleClass, means: meansClass, card, row } = styles;

export interface SectionProps {
  readonly name: SectionName;
  /** What all that is in it is about. */
  readonly means?: string;
  readonly children: ReactNode;
}

export function Section({ name, means, children }: SectionProps) {
  const { t } = useTranslation('settings');
  return (
    <section className={section} id={name} tabIndex={-1} aria-labelledby={`${name}-title`}>
      <h2 className={titleClass} id={`${name}-title`}>
        {t(`${name}.title`)}
      </h2>
      {means === undefined ? null : <p className={meansClass}>{means}</p>}
      <div className={card}>{children}</div>
    </section>
  );
}

/** One thing of a section. */
export function Row({ children }: { readonly children: ReactNode }) {
  return <div className={row}>{children}</div>;
}
