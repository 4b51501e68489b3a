import type { ReactNode } from 'react';
import styles from './Section.module.css';

const { section, head, title: titleClass, note: noteClass, figure: figureClass } = styles;

interface SectionProps {
  readonly title: string;
  /** What the title means, in a few words. */
  readonly note?: string;
  /** The one number of it. */
  readonly figure?: string;
  readonly children: ReactNode;
}

/** A part of the details of a row. */
export function Section({ title, note, figure = '', children }: SectionProps) {
  return (
    <section className={section}>
      <div className={head}>
        <h2 className={titleClass}>{title}</h2>
        {note === undefined ? null : <p className={noteClass}>{note}</p>}
        {figure === '' ? null : <p className={figureClass}>{figure}</p>}
      </div>
      {children}
    </section>
  );
}
