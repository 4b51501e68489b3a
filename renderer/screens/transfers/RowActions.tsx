import { Ellipsis, Link, Pause, Play } from 'lucide-react';
import { type MouseEvent, memo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Button } from '../../components/Button.tsx';
import { Cell } from '../../components/Cell.tsx';
import { useActions } from '../../state/use-app.ts';
import styles from './RowActions.module.css';

const { actions: actionsClass, button, copy, copyWords } = styles;

interface RowActionsProps {
  readonly row: number;
  readonly isShare: boolean;
  /** It waits for an answer of the person. */
  readonly isHeld: boolean;
  readonly hasLink: boolean;
  readonly action: 'pause' | 'resume' | undefined;
  /** The Tab key stops at the buttons: of 2,000 rows, at those of one. */
  readonly isReachable: boolean;
}

/** What is done with a row most. It stays as it is while figures change. */
export const RowActions = memo(function RowActions(props: RowActionsProps) {
  const { row, isShare, isHeld, hasLink, action, isReachable } = props;
  const { t } = useTranslation('transfers');
  const actions = useActions();
  const tabIndex = isReachable ? 0 : -1;
  return (
    <Cell className={actionsClass}>
      {isHeld ? (
        <Button size="small" variant="primary" tabIndex={tabIndex} onClick={() => actions.askAbout(row)}>
          {t('actions.answer')}
        </Button>
      ) : null}
      {!hasLink ? null : (
        <button
          type="button"
          className={isShare ? copy : button}
          tabIndex={tabIndex}
          aria-label={t('actions.copyLink')}
          title={t('actions.copyLink')}
          onClick={() => void actions.copyLink(row)}
        >
          <Link size={16} aria-hidden="true" />
          {isShare ? <span className={copyWords}>{t('actions.copyLink')}</span> : null}
        </button>
      )}
      {action === undefined ? null : (
        <RowButton
          label={t(`actions.${action}`)}
          icon={action === 'pause' ? <Pause size={16} /> : <Play size={16} />}
          tabIndex={tabIndex}
          onClick={() => void actions[action](row)}
        />
      )}
      <RowButton
        label={t('actions.more')}
        icon={<Ellipsis size={16} />}
        hasMenu
        tabIndex={tabIndex}
        onClick={openMenu}
      />
    </Cell>
  );
});

interface RowButtonProps {
  readonly label: string;
  readonly icon: ReactNode;
  readonly hasMenu?: boolean;
  readonly tabIndex: number;
  readonly onClick: (event: MouseEvent<HTMLElement>) => void;
}

/** Lighter than a button with a tooltip of its own: while a long list is scrolled, many come and go. */
function RowButton({ label, icon, hasMenu = false, tabIndex, onClick }: RowButtonProps) {
  return (
    <button
      type="button"
      className={button}
      aria-label={label}
      aria-haspopup={hasMenu ? 'menu' : undefined}
      title={label}
      tabIndex={tabIndex}
      onClick={onClick}
    >
      {icon}
    </button>
  );
}

/** The list has one menu for all rows, which opens where it is asked for: here below the button. */
function openMenu({ currentTarget }: MouseEvent<HTMLElement>): void {
  const { left, bottom } = currentTarget.getBoundingClientRect();
  currentTarget.dispatchEvent(
    new window.MouseEvent('contextmenu', { bubbles: true, cancelable: true, clientX: left, clientY: bottom }),
  );
}
