import { type ReactNode, useId } from 'react';
import { classNames } from './class-names.ts';
import styles from './Field.module.css';

const { field, beside, words, label: labelClass, hint: hintClass, error: errorClass } = styles;

/** What ties a control to the words of its field. */
export interface ControlProps {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': true | undefined;
}

export interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  /** What is wrong with the value, and what would be right; read out when it appears. */
  readonly error?: ReactNode;
  /** Beside: the control stands to the right of its words. */
  readonly layout?: 'below' | 'beside';
  readonly children: (control: ControlProps) => ReactNode;
}

/** The words around a control, tied to it for those who hear them. */
export function Field({ label, hint, error, layout = 'below', children }: FieldProps) {
  const id = useId();
  const hintId = `${id}hint`;
  const errorId = `${id}error`;
  const described = [hint === undefined ? '' : hintId, error === undefined ? '' : errorId].filter(Boolean);
  return (
    <div className={classNames(field, layout === 'beside' && beside)}>
      <div className={words}>
        <label className={labelClass} htmlFor={id}>
          {label}
        </label>
        {hint === undefined ? null : (
          <p className={hintClass} id={hintId}>
            {hint}
          </p>
        )}
      </div>
      {children({
        id,
        'aria-describedby': described.length === 0 ? undefined : described.join(' '),
        'aria-invalid': error === undefined ? undefined : true,
      })}
      <p className={errorClass} id={errorId} role="alert" hidden={error === undefined}>
        {error}
      </p>
    </div>
  );
}
