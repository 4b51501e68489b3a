import { useFormat } from '../format/use-format.ts';
import { classNames } from './class-names.ts';
import styles from './Segments.module.css';

const { segments, segment, chosen, count: countClass, crowded } = styles;

export interface Segment<V extends string> {
  readonly value: V;
  readonly label: string;
  /** How many things there are in it; undefined: nobody knows or cares. */
  readonly count: number | undefined;
}

export interface SegmentsProps<V extends string> {
  readonly label: string;
  readonly value: V;
  readonly options: readonly Segment<V>[];
  readonly onChange: (value: V) => void;
  /** Stands beside much else: in a small window the counts go. */
  readonly isCrowded?: boolean;
}

/** One of a few parts of a screen, side by side. */
export function Segments<V extends string>({
  label,
  value,
  options,
  onChange,
  isCrowded = false,
}: SegmentsProps<V>) {
  const format = useFormat();
  return (
    <fieldset className={classNames(segments, isCrowded && crowded)} aria-label={label}>
      {options.map(({ value: each, label: words, count }) => (
        <button
          key={each}
          type="button"
          className={classNames(segment, each === value && chosen)}
          aria-pressed={each === value}
          onClick={() => onChange(each)}
        >
          {words}
          {count === undefined ? null : <span className={countClass}> {format.count(count)}</span>}
        </button>
      ))}
    </fieldset>
  );
}
