import styles from './FactList.module.css';

const { list, fact, words, long } = styles;

export interface Fact {
  readonly name: string;
  readonly value: string;
  /** Something to copy, of unknown length. */
  readonly isCode?: boolean;
}

/** What is known of a transfer or share, in words. Facts without a value are left out. */
export function FactList({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className={list}>
      {facts
        .filter(({ value }) => value !== '')
        .map(({ name, value, isCode = false }) => (
          <div key={name} className={isCode ? `${fact} ${long}` : fact}>
            <dt className={words}>{name}</dt>
            <dd className={isCode ? 'mono selectable' : 'figures'}>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
