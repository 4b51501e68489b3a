import { useVirtualizer } from '@tanstack/react-virtual';
import { TriangleAlert } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Banner } from '../../components/Banner.tsx';
import { Name } from '../../components/Name.tsx';
import { TextInput } from '../../components/TextInput.tsx';
import { useFormat } from '../../format/use-format.ts';
import styles from './Files.module.css';
import { useFiles } from './use-files.ts';

const { box, head, find, scroller, space, line, path, size, program, none } = styles;

/** Pixels. */
const LINE_HEIGHT = 28;
const MOST_LINES = 7;
/** So many files are looked through without help. */
const FEW = 20;

/** What is in a transfer that is held, so that nothing comes along unseen; of a single file, whether it is a program. */
export function Files({
  transfer,
}: {
  readonly transfer: { readonly key: number; readonly files?: number };
}) {
  const { t } = useTranslation('fetch');
  const format = useFormat();
  const [search, setSearch] = useState('');
  const { files, fileAt, wanted } = useFiles(transfer.key, search.trim());
  const list = useRef<HTMLDivElement>(null);
  const total = files?.total ?? 0;
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => list.current,
    estimateSize: () => LINE_HEIGHT,
    overscan: 6,
  });
  const lines = virtual.getVirtualItems();
  const first = lines[0]?.index;
  const last = lines.at(-1)?.index;
  useEffect(() => {
    if (first !== undefined && last !== undefined) wanted(first, last);
  }, [first, last, wanted]);

  if (files === undefined) return null;
  const { running } = files;
  const all = transfer.files ?? total;
  return (
    <>
      {running === 0 ? null : (
        <Banner
          tone="warning"
          title={t('files.running', { count: running, formatted: format.count(running) })}
        >
          <p>{t('files.runningMeans')}</p>
        </Banner>
      )}
      {all < 2 ? null : (
        <div className={box}>
          <div className={head}>
            <span>{t('ask.files', { count: all, formatted: format.count(all) })}</span>
            {all <= FEW ? null : (
              <TextInput
                className={find}
                type="search"
                aria-label={t('files.find')}
                placeholder={t('files.find')}
                value={search}
                onChange={(event) => setSearch(event.target.value)}
              />
            )}
          </div>
          {total === 0 ? <p className={none}>{t('files.none')}</p> : null}
          <div
            ref={list}
            className={scroller}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by key.
            tabIndex={0}
            style={{ height: Math.min(total, MOST_LINES) * LINE_HEIGHT }}
          >
            <ul className={space} aria-label={t('files.list')} style={{ height: virtual.getTotalSize() }}>
              {lines.map(({ index, start }) => {
                const file = fileAt(index);
                return (
                  <li key={index} className={line} style={{ transform: `translateY(${start}px)` }}>
                    {file?.runs === true ? (
                      <span className={program}>
                        <TriangleAlert size={14} aria-hidden="true" />
                        {t('files.program')}
                      </span>
                    ) : null}
                    <div className={path}>
                      <Name name={file?.path ?? '…'} />
                    </div>
                    <span className={size}>{file === undefined ? '' : format.bytes(file.bytes)}</span>
                  </li>
                );
              })}
            </ul>
          </div>
        </div>
      )}
    </>
  );
}
