import { RadioGroup } from 'radix-ui';
import { type ReactNode, useId } from 'react';
import styles from './Choice.module.css';

const { root, option, dot, mark, words, label: labelClass, hint: hintClass } = styles;

export interface ChoiceProps<V extends string> {
  /** Accessible name: what is chosen. */
  readonly label: string;
  readonly value: V;
  readonly options: readonly {
    readonly value: V;
    readonly label: string;
    readonly hint?: ReactNode;
    readonly disabled?: boolean;
  }[];
  readonly onChange: (value: V) => void;
}

/** One of a few, each with its consequences in words. */
export function Choice<V extends string>({ label, value, options, onChange }: ChoiceProps<V>) {
  const id = useId();
  return (
    <RadioGroup.Root
      className={root}
      aria-label={label}
      value={value}
      onValueChange={(chosen) => {
        const found = options.find((each) => each.value === chosen);
        if (found !== undefined) onChange(found.value);
      }}
    >
      {options.map((each) => (
        <label className={option} key={each.value} htmlFor={`${id}${each.value}`}>
          <RadioGroup.Item
            className={dot}
            id={`${id}${each.value}`}
            value={each.value}
            disabled={each.disabled ?? false}
            aria-labelledby={`${id}${each.value}label`}
            aria-describedby={each.hint === undefined ? undefined : `${id}${each.value}hint`}
          >
            <RadioGroup.Indicator className={mark} />
          </RadioGroup.Item>
          <span className={words}>
            <span className={labelClass} id={`${id}${each.value}label`}>
              {each.label}
            </span>
            {each.hint === undefined ? null : (
              <span className={hintClass} id={`${id}${each.value}hint`}>
                {each.hint}
              </span>
            )}
          </span>
        </label>
      ))}
    </RadioGroup.Root>
  );
}
