import { ArrowDown, ArrowUp, Ellipsis, Pause, Play, Search, Trash2 } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { useShallow } from 'zustand/react/shallow';
import { IconButton } from '../../components/IconButton.tsx';
import { Menu } from '../../components/Menu.tsx';
import { Segments } from '../../components/Segments.tsx';
import { TextInput } from '../../components/TextInput.tsx';
import { useFormat } from '../../format/use-format.ts';
import { counted, GROUPS } from '../../state/listing.ts';
import { useActions, useApp } from '../../state/use-app.ts';
import styles from './Toolbar.module.css';

const { toolbar, searchField, searchIcon, searchInput, totals, total } = styles;

/** Above the list: which rows it shows, what moves, and what is done with all of them. */
export function Toolbar() {
  const { t } = useTranslation('transfers');
  const { pauseAll, resumeAll, ask } = useActions();
  return (
    <div className={toolbar}>
      <Groups />
      <SearchField />
      <Totals />
      <Menu
        entries={[
          {
            kind: 'action',
            label: t('list.pauseAll'),
            icon: <Pause size={16} />,
            onSelect: () => void pauseAll(),
          },
          {
            kind: 'action',
            label: t('list.resumeAll'),
            icon: <Play size={16} />,
            onSelect: () => void resumeAll(),
          },
          { kind: 'separator', id: 'history' },
          {
            kind: 'action',
            label: t('list.clearHistory'),
            icon: <Trash2 size={16} />,
            onSelect: () => ask({ about: 'clear-history' }),
          },
        ]}
      >
        <IconButton label={t('list.more')} icon={<Ellipsis size={18} />} />
      </Menu>
    </div>
  );
}

function Groups() {
  const { t } = useTranslation('transfers');
  const counts = useApp(useShallow((state) => counted(state.entries)));
  const group = useApp((state) => state.group);
  const { setGroup } = useActions();
  return (
    <Segments
      isCrowded
      label={t('list.groups')}
      value={group}
      options={GROUPS.map((each) => ({ value: each, label: t(`list.${each}`), count: counts[each] }))}
      onChange={setGroup}
    />
  );
}

function SearchField() {
  const { t } = useTranslation('transfers');
  const search = useApp((state) => state.search);
  const { setSearch } = useActions();
  const wanted = useApp((state) => state.searchWanted);
  const input = useRef<HTMLInputElement>(null);
  const answered = useRef(0);
  useEffect(() => {
    if (wanted === answered.current) return;
    answered.current = wanted;
    input.current?.focus();
  }, [wanted]);
  return (
    <div className={searchField}>
      <Search className={searchIcon} size={16} aria-hidden="true" />
      <TextInput
        ref={input}
        type="search"
        className={searchInput}
        aria-label={t('list.search')}
        placeholder={t('list.search')}
        value={search}
        onChange={(event) => setSearch(event.target.value)}
      />
    </div>
  );
}

/** Verified bytes that come in, and wire bytes that go out, per second. */
function Totals() {
  const { t } = useTranslation('transfers');
  const format = useFormat();
  const down = useApp(({ entries }) => sumOfRates(entries.transfers.values()));
  const up = useApp(({ entries }) => sumOfRates(entries.shares.values()));
  return (
    <p className={totals}>
      <span className={total}>
        <ArrowDown size={14} aria-hidden="true" />
        <span className="unseen">{t('list.down')} </span>
        {format.rate(down)}
      </span>
      <span className={total}>
        <ArrowUp size={14} aria-hidden="true" />
        <span className="unseen">{t('list.up')} </span>
        {format.rate(up)}
      </span>
    </p>
  );
}

function sumOfRates(entries: Iterable<{ readonly rate: number }>): number {
  let sum = 0;
  for (const { rate } of entries) sum += rate;
  return sum;
}
