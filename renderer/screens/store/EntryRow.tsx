import { Trash2 } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import type { StoreEntry } from '../../../preload/contract.ts';
import { Cell } from '../../components/Cell.tsx';
import { classNames } from '../../components/class-names.ts';
import { IconButton } from '../../components/IconButton.tsx';
import { useFormat } from '../../format/use-format.ts';
import { useActions } from '../../state/use-app.ts';
import styles from './EntryTable.module.css';

const { row, id: idClass, numeric, optional, muted, narrow, cut, coming } = styles;
/** Digits of the tag that tell versions apart for a person. */
const TAG_DIGITS = 8;

export interface EntryRowProps {
  readonly entry: StoreEntry;
  readonly index: number;
  /** The Tab key comes to this row when it comes to the list. */
  readonly isEntrance: boolean;
  readonly onFocus: (id: string, index: number) => void;
}

export const EntryRow = memo(function EntryRow({ entry, index, isEntrance, onFocus }: EntryRowProps) {
  const { t } = useTranslation('store');
  const format = useFormat();
  const { ask } = useActions();
  const { id, size, contentType, time, tag, isComing } = entry;
  const type = contentType === '' ? t('entry.noType') : contentType;
  const bytes = format.bytes(size);
  return (
    // biome-ignore lint/a11y/useSemanticElements: as of the cells
    <div
      role="row"
      data-index={index}
      data-id={id}
      aria-rowindex={index + 2}
      aria-label={t('entry.label', { id, size: bytes })}
      tabIndex={isEntrance ? 0 : -1}
      className={row}
      onFocus={() => onFocus(id, index)}
    >
      <Cell className={idClass}>
        <span className="mono selectable">{id}</span>
        <span className={classNames(narrow, cut)} title={type}>
          {isComing ? t('entry.coming') : type}
        </span>
      </Cell>
      <Cell className={numeric}>{bytes}</Cell>
      <Cell className={classNames(optional, cut, muted)}>
        <span title={type}>{type}</span>
      </Cell>
      <Cell className={classNames(cut, muted)}>{format.moment(time)}</Cell>
      <Cell className={classNames(optional, cut, muted)}>
        <span className={classNames(isComing && coming)}>
          {t(isComing ? 'entry.coming' : 'entry.current')}
        </span>{' '}
        <span className="mono selectable" title={tag}>
          {tag.slice(0, TAG_DIGITS)}
        </span>
      </Cell>
      <Cell className={undefined}>
        <IconButton
          size="small"
          tone="danger"
          label={t('entry.delete', { id })}
          icon={<Trash2 size={16} />}
          tabIndex={isEntrance ? 0 : -1}
          onClick={() => ask({ about: 'delete-entry', entry })}
        />
      </Cell>
    </div>
  );
});
