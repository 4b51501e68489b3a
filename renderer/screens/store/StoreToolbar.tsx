import { Copy, ExternalLink, Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { StoreView } from '../../../preload/contract.ts';
import { Button } from '../../components/Button.tsx';
import { classNames } from '../../components/class-names.ts';
import { IconButton } from '../../components/IconButton.tsx';
import { Segments } from '../../components/Segments.tsx';
import { useFormat } from '../../format/use-format.ts';
import { useActions } from '../../state/use-app.ts';
import styles from './StoreToolbar.module.css';
import { VIEWS, type ViewName } from './views.ts';

const { toolbar, totals, gateway, address } = styles;

export interface StoreToolbarProps {
  /** Of the gateway. */
  readonly url: string;
  readonly view: StoreView | undefined;
  readonly shown: ViewName;
  readonly onShow: (view: ViewName) => void;
}

/** Above the lists: which one is shown, the totals, the gateway, and putting. */
export function StoreToolbar({ url, view, shown, onShow }: StoreToolbarProps) {
  const { t } = useTranslation('store');
  const { ask } = useActions();
  const counts = { entries: view?.entries, peers: view?.peers.length, recent: undefined };

  return (
    <div className={toolbar}>
      <Segments
        label={t('views')}
        value={shown}
        options={VIEWS.map((each) => ({ value: each, label: t(`view.${each}`), count: counts[each] }))}
        onChange={onShow}
      />
      <Totals view={view} />
      <Gateway url={url} />
      <Button icon={<Plus size={16} aria-hidden="true" />} onClick={() => ask({ about: 'put-entries' })}>
        {t('put')}
      </Button>
    </div>
  );
}

function Totals({ view }: { readonly view: StoreView | undefined }) {
  const { t } = useTranslation('store');
  const format = useFormat();
  if (view === undefined) return <p className={totals} />;
  const { bytes, storedBytes, wanted } = view;
  return (
    <p className={totals}>
      <span>
        <span className="unseen">{t('totals.size')} </span>
        {format.bytes(bytes)}
      </span>
      <span>{t('totals.onDisk', { bytes: format.bytes(storedBytes) })}</span>
      {wanted === 0 ? null : (
        <span>{t('totals.wanted', { count: wanted, formatted: format.count(wanted) })}</span>
      )}
    </p>
  );
}

function Gateway({ url }: { readonly url: string }) {
  const { t } = useTranslation('store');
  const { copyStoreAddress, openStorePage } = useActions();
  return (
    <p className={gateway}>
      <span className="unseen">{t('gateway')} </span>
      <span className={classNames(address, 'mono selectable')}>{url}</span>
      <IconButton
        size="small"
        label={t('copyAddress')}
        icon={<Copy size={16} />}
        onClick={() => void copyStoreAddress()}
      />
      <IconButton
        size="small"
        label={t('openPage')}
        icon={<ExternalLink size={16} />}
        onClick={() => void openStorePage()}
      />
    </p>
  );
}
