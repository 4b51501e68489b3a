import { ArrowDownToLine, Globe, Lock, Waves } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { classNames } from '../components/class-names.ts';
import { useApp } from '../state/use-app.ts';
import styles from './DropTarget.module.css';
import { useDrop } from './use-drop.ts';

const { overlay, zone, other, over, icon, title, means } = styles;

/**
 * The whole window takes what is dropped. While something is dragged over it, it says what will become of it: most
 * of the window shares as the settings say, a strip at the bottom the other way.
 */
export function DropTarget() {
  const { t } = useTranslation(['transfers', 'store']);
  const sharePublic = useApp((state) => state.settings.sharePublic);
  const drag = useDrop();
  if (drag.what === 'nothing') return null;
  if (drag.what === 'entries')
    return (
      <div className={overlay}>
        <div className={classNames(zone, over)}>
          <Waves className={icon} size={36} aria-hidden="true" />
          <p className={title}>{t('store:drop.title')}</p>
          <p className={means}>{t('store:drop.means')}</p>
        </div>
      </div>
    );
  if (drag.what === 'text')
    return (
      <div className={overlay}>
        <div className={classNames(zone, over)}>
          <ArrowDownToLine className={icon} size={36} aria-hidden="true" />
          <p className={title}>{t('drop.titleText')}</p>
          <p className={means}>{t('drop.textMeans')}</p>
        </div>
      </div>
    );
  return (
    <div className={overlay}>
      <Zone isPublic={sharePublic} isOver={drag.isPublic === sharePublic} size={36}>
        <p className={means}>{t('drop.several')}</p>
      </Zone>
      <Zone isPublic={!sharePublic} isOver={drag.isPublic !== sharePublic} size={24} isOther />
    </div>
  );
}

interface ZoneProps {
  readonly isPublic: boolean;
  readonly isOver: boolean;
  readonly isOther?: boolean;
  readonly size: number;
  readonly children?: ReactNode;
}

function Zone({ isPublic, isOver, isOther = false, size, children }: ZoneProps) {
  const { t } = useTranslation('transfers');
  const Icon = isPublic ? Globe : Lock;
  return (
    <div
      className={classNames(zone, isOther && other, isOver && over)}
      data-audience={isPublic ? 'public' : 'private'}
    >
      <Icon className={icon} size={size} aria-hidden="true" />
      <p className={title}>{t(isPublic ? 'drop.public' : 'drop.private')}</p>
      <p className={means}>{t(isPublic ? 'share.publicMeans' : 'share.privateMeans')}</p>
      {children}
    </div>
  );
}
