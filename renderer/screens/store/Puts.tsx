import { X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../components/IconButton.tsx';
import { Name } from '../../components/Name.tsx';
import { Progress } from '../../components/Progress.tsx';
import { useFormat } from '../../format/use-format.ts';
import { useActions, useApp } from '../../state/use-app.ts';
import styles from './Puts.module.css';

const { puts: putsClass, put: putClass, amount } = styles;

/** The files on their way into the store, how far each of them is, and what stops it. */
export function Puts() {
  const { t } = useTranslation('store');
  const format = useFormat();
  const puts = useApp((state) => state.puts);
  const { cancelPut } = useActions();
  if (puts.length === 0) return null;
  return (
    <ul className={putsClass} aria-label={t('putting.label')}>
      {puts.map(({ key, name, size, read }) => {
        // It may have grown since its size was taken.
        const part = size === 0 ? 1 : Math.min(1, read / size);
        return (
          <li key={key} className={putClass}>
            <Name name={name} />
            <Progress label={t('putting.progress', { name })} value={part} valueText={format.percent(part)} />
            <span className={amount}>
              {part === 1
                ? t('putting.writing')
                : t('putting.amount', { read: format.bytes(read), size: format.bytes(size) })}
            </span>
            <IconButton
              size="small"
              label={t('putting.cancel', { name })}
              icon={<X size={16} />}
              disabled={part === 1}
              onClick={() => void cancelPut(key)}
            />
          </li>
        );
      })}
    </ul>
  );
}
