import type { ComponentProps } from 'react';
import { classNames } from './class-names.ts';
import styles from './TextInput.module.css';

const { input } = styles;

export function TextInput({ className, ...rest }: ComponentProps<'input'>) {
  return (
    <input
      type="text"
      autoComplete="off"
      spellCheck={false}
      className={classNames(input, className)}
      {...rest}
    />
  );
}
