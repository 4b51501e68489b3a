import type { ReactNode } from 'react';
import styles from './Fact.module.css';
import { Row } from './Section.tsx';

const { fact, title: titleClass, hint: hintClass } = styles;

export interface FactProps {
  readonly title: string;
  readonly hint: string;
  /** What is so, beside what it is called. */
  readonly children: ReactNode;
}

/** A row that says how things are, where the others are for changing them. */
export function Fact({ title, hint, children }: FactProps) {
  return (
    <Row>
      <div className={fact}>
        <div>
          <h3 className={titleClass}>{title}</h3>
          <p className={hintClass}>{hint}</p>
        </div>
        {children}
      </div>
    </Row>
  );
}
