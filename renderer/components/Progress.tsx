import { Progress as Radix } from 'radix-ui';
import { classNames } from './class-names.ts';
import styles from './Progress.module.css';

const { track, bar, good, warning, danger, muted, unknown, slim } = styles;
const TONES = { accent: undefined, good, warning, danger, muted };

export interface ProgressProps {
  /** Accessible name: of what this is the progress. */
  readonly label: string;
  /** 0..1; undefined when it is not known how much there is. */
  readonly value: number | undefined;
  /** What is read out, for example `45 %`. */
  readonly valueText?: string;
  readonly tone?: keyof typeof TONES;
  readonly size?: 'normal' | 'slim';
}

export function Progress({ label, value, valueText, tone = 'accent', size = 'normal' }: ProgressProps) {
  const percent = value === undefined ? null : Math.floor(Math.min(Math.max(value, 0), 1) * 1000) / 10;
  return (
    <Radix.Root
      className={classNames(track, size === 'slim' && slim)}
      value={percent}
      max={100}
      aria-label={label}
      {...(valueText === undefined ? {} : { getValueLabel: () => valueText })}
    >
      <Radix.Indicator
        className={classNames(bar, TONES[tone], percent === null && unknown)}
        style={{ transform: percent === null ? undefined : `scaleX(${percent / 100})` }}
      />
    </Radix.Root>
  );
}
