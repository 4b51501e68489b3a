import { ChevronRight } from 'lucide-react';
import { type MouseEvent, memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { ShareSnapshot, TransferSnapshot } from '../../../core/api.ts';
import { Cell } from '../../components/Cell.tsx';
import { classNames } from '../../components/class-names.ts';
import { Name } from '../../components/Name.tsx';
import { Progress } from '../../components/Progress.tsx';
import { useFormat } from '../../format/use-format.ts';
import { shareOf } from '../../state/entries.ts';
import { useActions, useApp } from '../../state/use-app.ts';
import { Details } from './details/Details.tsx';
import styles from './Row.module.css';
import { RowActions } from './RowActions.tsx';
import { RowBadge } from './RowBadge.tsx';
import { pauseAction, type RowState, shareState, type Tone, transferState } from './row-state.ts';
import { useRowWords } from './use-row-words.ts';

const { card, line, chevron, turned, main, meta, extra, figure, narrow, bar, danger, warning } = styles;

const PROGRESS_TONES = {
  active: 'accent',
  good: 'good',
  still: 'muted',
  warning: 'warning',
  danger: 'danger',
} as const satisfies Record<Tone, string>;

interface RowProps {
  readonly row: number;
  readonly index: number;
  /** The Tab key comes to this row when it comes to the list. */
  readonly isEntrance: boolean;
}

/** One transfer or share. It is drawn anew for its own changes and no other's. */
export const Row = memo(function Row({ row, index, isEntrance }: RowProps) {
  const transfer = useApp((state) => state.entries.transfers.get(row));
  const share = useApp((state) => shareOf(state.entries, row));
  const state = stateOf(transfer, share);
  if (state === undefined) return null;
  return (
    <Card row={row} index={index} isEntrance={isEntrance} transfer={transfer} share={share} state={state} />
  );
});

interface CardProps extends RowProps {
  readonly transfer: TransferSnapshot | undefined;
  readonly share: ShareSnapshot | undefined;
  readonly state: RowState;
}

function Card({ row, index, isEntrance, transfer, share, state }: CardProps) {
  const { t } = useTranslation('transfers');
  const format = useFormat();
  const { toggle, focus } = useActions();
  const isOpened = useApp((app) => app.opened === row);
  const words = useRowWords(transfer, share, state);
  const { progress, tone } = state;

  const onClick = (event: MouseEvent): void => {
    const { target } = event;
    const onLine = target instanceof Element && target.closest(`.${line}`) !== null;
    if (onLine && target.closest('button') === null) toggle(row);
  };

  return (
    // biome-ignore-start lint/a11y/useSemanticElements: as of the cells
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list takes the keys of all its rows
    <div
      role="row"
      data-row={row}
      aria-level={1}
      aria-rowindex={index + 1}
      aria-expanded={isOpened}
      aria-label={words.label}
      tabIndex={isEntrance ? 0 : -1}
      className={card}
      onClick={onClick}
      onFocus={() => focus(row)}
    >
      <div className={line}>
        <Cell className={main}>
          <ChevronRight className={classNames(chevron, isOpened && turned)} size={16} aria-hidden="true" />
          <RowBadge tone={tone} icon={state.icon} />
          <div className={meta}>
            <Name name={words.name} />
            <p className={extra} title={words.detail}>
              <span className={classNames(tone === 'danger' && danger, tone === 'warning' && warning)}>
                {words.state}
              </span>
              {words.figures === '' ? null : <span className={narrow}> · {words.figures}</span>}
              {words.detail === '' ? null : ` · ${words.detail}`}
            </p>
            {progress === undefined ? null : (
              <div className={bar}>
                <Progress
                  size="slim"
                  label={t('row.progress', { name: words.name })}
                  value={progress ?? undefined}
                  tone={PROGRESS_TONES[tone]}
                  {...(progress !== null && { valueText: format.percent(progress) })}
                />
              </div>
            )}
          </div>
        </Cell>
        <Cell className={figure}>{words.rate}</Cell>
        <Cell className={figure}>{words.left}</Cell>
        <Cell className={figure}>{words.peers}</Cell>
        <RowActions
          row={row}
          isShare={transfer === undefined}
          isHeld={transfer?.state === 'held'}
          hasLink={(transfer ?? share)?.link !== ''}
          action={pauseAction(transfer, share)}
          isReachable={isEntrance}
        />
      </div>
      {isOpened ? (
        <Cell className={undefined}>
          <Details name={words.name} transfer={transfer} share={share} />
        </Cell>
      ) : null}
    </div>
    // biome-ignore-end lint/a11y/useSemanticElements: as of the cells
  );
}

function stateOf(
  transfer: TransferSnapshot | undefined,
  share: ShareSnapshot | undefined,
): RowState | undefined {
  if (transfer !== undefined) return transferState(transfer, share);
  return share === undefined ? undefined : shareState(share);
}
