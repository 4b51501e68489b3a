import type { ReactNode } from 'react';
import { classNames } from '../../components/class-names.ts';
import styles from './StateMark.module.css';

const { state, mark, good, active, still, danger } = styles;
const TONES = { good, active, still, danger };
export type Tone = keyof typeof TONES;

/** A state in words, with a mark that is seen from afar. */
export function StateMark({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }) {
  return (
    <span className={state}>
      <span className={classNames(mark, TONES[tone])} aria-hidden="true" />
      {children}
    </span>
  );
}
