import { CircleCheck, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { classNames } from '../../components/class-names.ts';
import { useFormat } from '../../format/use-format.ts';
import styles from './Room.module.css';

const { room, enough, short } = styles;

/** Whether there is room; bytes. What the disk says later holds: this stops nobody. */
export function Room({ needed, free }: { readonly needed: number; readonly free: number | undefined }) {
  const { t } = useTranslation('fetch');
  const format = useFormat();
  if (free === undefined) return <span className={room}>{t('ask.roomUnknown')}</span>;
  const fits = needed <= free;
  return (
    <span className={classNames(room, fits ? enough : short)}>
      {fits ? <CircleCheck size={14} /> : <TriangleAlert size={14} />}
      {fits
        ? t('ask.room', { free: format.bytes(free) })
        : t('ask.noRoom', { free: format.bytes(free), missing: format.bytes(needed - free) })}
    </span>
  );
}
