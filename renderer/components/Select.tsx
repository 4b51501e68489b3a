import { ChevronDown } from 'lucide-react';
import type { ControlProps } from './Field.tsx';
import styles from './Select.module.css';

const { root, select, arrow } = styles;

export interface SelectProps<V extends string> extends Partial<ControlProps> {
  readonly value: V;
  readonly options: readonly { readonly value: V; readonly label: string }[];
  readonly onChange: (value: V) => void;
  /** Accessible name where there is no field around it. */
  readonly label?: string;
  readonly disabled?: boolean;
}

/** The system's own: it needs no style sheet of its own, which the content security policy would refuse. */
export function Select<V extends string>({ value, options, onChange, label, ...rest }: SelectProps<V>) {
  return (
    <span className={root}>
      <select
        className={select}
        value={value}
        aria-label={label}
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.target.value);
          if (chosen !== undefined) onChange(chosen.value);
        }}
        {...rest}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <ChevronDown className={arrow} size={16} aria-hidden="true" />
    </span>
  );
}
