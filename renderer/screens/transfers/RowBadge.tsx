import {
  ArrowDown,
  ArrowUp,
  Check,
  Hash,
  Hourglass,
  Link,
  MessageCircleQuestionMark,
  Pause,
  TriangleAlert,
} from 'lucide-react';
import { memo } from 'react';
import { classNames } from '../../components/class-names.ts';
import styles from './RowBadge.module.css';
import type { RowState } from './row-state.ts';

const { badge, active, good, still, warning, danger } = styles;
const TONES = { active, good, still, warning, danger };
const ICONS = {
  down: ArrowDown,
  up: ArrowUp,
  done: Check,
  shared: Link,
  hash: Hash,
  wait: Hourglass,
  ask: MessageCircleQuestionMark,
  paused: Pause,
  alert: TriangleAlert,
};

/** The state of a row at a glance; the words beside it say the same. */
export const RowBadge = memo(function RowBadge({ tone, icon }: Pick<RowState, 'tone' | 'icon'>) {
  const Icon = ICONS[icon];
  return (
    <span className={classNames(badge, TONES[tone])} aria-hidden="true">
      <Icon size={18} />
    </span>
  );
});
