import { memo } from 'react';
import { splitName } from '../format/middle.ts';
import styles from './Name.module.css';

const { name: nameClass, head: headClass, tail: tailClass } = styles;

/** A name on one line: where there is no room its middle goes, so that its end can be read. */
export const Name = memo(function Name({ name }: { readonly name: string }) {
  const { head, tail } = splitName(name);
  return (
    <p className={nameClass} title={name} dir="auto">
      <span className={headClass}>{head}</span>
      <span className={tailClass}>{tail}</span>
    </p>
  );
});
