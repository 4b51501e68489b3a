import { type ReactNode, useState } from 'react';
import type { ControlProps } from '../../components/Field.tsx';
import { TextInput } from '../../components/TextInput.tsx';
import { SettingField } from './SettingField.tsx';
import styles from './TextSetting.module.css';
import type { Change } from './use-setting.ts';

const { entry, input } = styles;

/** What a text was read as; `wrong`: what is wrong with it. */
export type Reading<V> = { readonly value: V } | { readonly wrong: string };

export interface TextSettingProps<V> {
  readonly label: string;
  readonly hint: ReactNode;
  /** What holds, as it would be typed. */
  readonly text: string;
  readonly placeholder: string;
  readonly read: (text: string) => Reading<V>;
  readonly setting: Change<V>;
  /** Digits, on a keyboard that has them apart. */
  readonly inputMode?: 'numeric' | 'decimal';
  /** Stands behind the field. */
  readonly children?: ReactNode;
}

/** A text that is taken when the field is left, or with Enter. Escape takes back what was typed. */
export function TextSetting<V>({
  label,
  hint,
  text,
  placeholder,
  read,
  setting: { change, problem, forget },
  inputMode,
  children,
}: TextSettingProps<V>) {
  const [typed, setTyped] = useState<string>();
  const [wrong, setWrong] = useState<string>();

  async function take(): Promise<void> {
    if (typed === undefined) return;
    const reading = typed.trim() === text ? undefined : read(typed.trim());
    if (reading !== undefined && 'wrong' in reading) {
      setWrong(reading.wrong);
      return;
    }
    setWrong(undefined);
    if (reading !== undefined) await change(reading.value);
    // From now on what holds is shown: the new value, or the old one if it was refused.
    setTyped(undefined);
  }

  const field = (control: ControlProps) => (
    <span className={entry}>
      <TextInput
        {...control}
        className={input}
        value={typed ?? text}
        placeholder={placeholder}
        {...(inputMode === undefined ? {} : { inputMode })}
        onChange={(event) => {
          setTyped(event.target.value);
          forget();
        }}
        onBlur={() => void take()}
        onKeyDown={(event) => {
          if (event.key === 'Enter') void take();
          if (event.key === 'Escape') {
            setTyped(undefined);
            setWrong(undefined);
          }
        }}
      />
      {children}
    </span>
  );
  return (
    <SettingField label={label} hint={hint} wrong={wrong} problem={problem}>
      {field}
    </SettingField>
  );
}
