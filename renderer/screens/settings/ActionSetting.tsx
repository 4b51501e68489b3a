import { type ReactNode, useId } from 'react';
import { Button } from '../../components/Button.tsx';
import styles from './ActionSetting.module.css';
import { Row } from './Section.tsx';

const { action: actionClass, words, title: titleClass, hint: hintClass } = styles;

export interface ActionSettingProps {
  readonly title: string;
  readonly hint: ReactNode;
  /** What the button says. */
  readonly action: string;
  readonly onAction: () => void;
}

/** Something that is set or done in a dialog. */
export function ActionSetting({ title, hint, action, onAction }: ActionSettingProps) {
  const id = useId();
  return (
    <Row>
      <div className={actionClass}>
        <div className={words} id={id}>
          <h3 className={titleClass}>{title}</h3>
          <p className={hintClass}>{hint}</p>
        </div>
        <Button aria-describedby={id} onClick={onAction}>
          {action}
        </Button>
      </div>
    </Row>
  );
}
