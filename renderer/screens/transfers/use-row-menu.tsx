import { FolderOpen, Globe, Link, Lock, Pause, Play, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { MenuEntry } from '../../components/menu-entries.tsx';
import { shortcut } from '../../components/shortcut.ts';
import { shareOf } from '../../state/entries.ts';
import { useActions, useApp } from '../../state/use-app.ts';
import { pauseAction } from './row-state.ts';

const SIZE = 16;

/** All that can be done with a row, as a menu. */
export function useRowMenu(row: number | undefined): readonly MenuEntry[] {
  const { t } = useTranslation('transfers');
  const actions = useActions();
  const platform = useApp((state) => state.about.platform);
  const transfer = useApp((state) => (row === undefined ? undefined : state.entries.transfers.get(row)));
  const share = useApp((state) => (row === undefined ? undefined : shareOf(state.entries, row)));
  const isOpened = useApp((state) => row !== undefined && state.opened === row);
  const entry = transfer ?? share;
  if (row === undefined || entry === undefined) return [];

  const action = pauseAction(transfer, share);
  const entries: MenuEntry[] = [];
  if (transfer?.state === 'held')
    entries.push({ kind: 'action', label: t('actions.answer'), onSelect: () => actions.askAbout(row) });
  entries.push({
    kind: 'action',
    label: t(isOpened ? 'actions.hideDetails' : 'actions.details'),
    shortcut: t('keys.enter'),
    onSelect: () => actions.toggle(row),
  });
  entries.push({
    kind: 'action',
    label: t('actions.copyLink'),
    icon: <Link size={SIZE} />,
    shortcut: shortcut(platform, 'C'),
    disabled: entry.link === '',
    onSelect: () => void actions.copyLink(row),
  });
  if (transfer === undefined || transfer.path !== undefined)
    entries.push({
      kind: 'action',
      label: t('actions.reveal'),
      icon: <FolderOpen size={SIZE} />,
      onSelect: () => void actions.reveal(row),
    });
  if (action !== undefined)
    entries.push({
      kind: 'action',
      label: t(`actions.${action}`),
      icon: action === 'pause' ? <Pause size={SIZE} /> : <Play size={SIZE} />,
      shortcut: t('keys.space'),
      onSelect: () => void actions[action](row),
    });
  if (transfer === undefined && share !== undefined)
    entries.push({
      kind: 'action',
      label: t(share.public ? 'actions.makePrivate' : 'actions.makePublic'),
      icon: share.public ? <Lock size={SIZE} /> : <Globe size={SIZE} />,
      onSelect: () => actions.ask({ about: 'set-public', share: share.key, public: !share.public }),
    });
  entries.push(
    { kind: 'separator', id: 'remove' },
    {
      kind: 'action',
      label: t('actions.remove'),
      icon: <Trash2 size={SIZE} />,
      shortcut: t('keys.delete'),
      danger: true,
      onSelect: () => actions.ask({ about: 'remove', row }),
    },
  );
  return entries;
}
