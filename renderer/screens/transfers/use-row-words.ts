import { useTranslation } from 'react-i18next';
import type { ShareSnapshot, TransferSnapshot } from '../../../core/api.ts';
import { useFormat } from '../../format/use-format.ts';
import { useProblemTitle } from '../../problems/ProblemText.tsx';
import type { RowState } from './row-state.ts';

/** What a row says. Empty where there is nothing to say. */
export interface RowWords {
  readonly name: string;
  readonly state: string;
  /** How much of what. */
  readonly detail: string;
  readonly rate: string;
  /** Time left. */
  readonly left: string;
  /** Servers that pour, or clients that are served. */
  readonly peers: string;
  /** Rate, time left and peers in one, for where there is no room for columns. */
  readonly figures: string;
  /** All that matters, for a screen reader. */
  readonly label: string;
}

/** What a row says of its transfer or its share, or of both when what was fetched is served on. */
export function useRowWords(
  transfer: TransferSnapshot | undefined,
  share: ShareSnapshot | undefined,
  { words, progress }: RowState,
): RowWords {
  const { t } = useTranslation('transfers');
  const format = useFormat();
  const problemTitle = useProblemTitle();

  const entry = transfer ?? share;
  const name =
    entry === undefined || entry.name === '' ? t('row.unnamed', { id: entry?.id ?? '' }) : entry.name;
  const files = (count: number | undefined): string =>
    count === undefined || count < 2 ? '' : t('row.files', { count, formatted: format.count(count) });
  const details: string[] = [];
  if (transfer !== undefined) {
    const { bytes, verified, state, problem } = transfer;
    if ((state === 'stalled' || state === 'failed') && problem !== undefined)
      details.push(problemTitle(problem));
    if (progress !== undefined && progress !== null && verified > 0) details.push(format.percent(progress));
    if (bytes !== undefined && verified > 0 && state !== 'done')
      details.push(t('row.amount', { verified: format.bytes(verified), bytes: format.bytes(bytes) }));
    else if (bytes !== undefined) details.push(format.bytes(bytes), files(transfer.files));
  } else if (share !== undefined) {
    const { state, bytes, hashed, problem } = share;
    if (state === 'failed' && problem !== undefined) details.push(problemTitle(problem));
    else details.push(t(share.public ? 'state.public' : 'state.private'));
    if (state === 'hashing' && bytes > 0)
      details.push(t('row.amount', { verified: format.bytes(hashed), bytes: format.bytes(bytes) }));
    else details.push(format.bytes(bytes), files(share.files));
  }

  const serverCount = transfer?.servers.filter(({ state }) => state === 'pouring' || state === 'idle').length;
  const isFetching = transfer !== undefined && transfer.state !== 'done';
  const speed = isFetching ? transfer.rate : (share?.rate ?? 0);
  const clients = share?.clients.length ?? 0;
  const rate = speed > 0 ? format.rate(speed) : '';
  const left =
    isFetching && transfer.eta !== undefined
      ? t('row.left', { duration: format.duration(transfer.eta) })
      : '';
  const peers = isFetching
    ? transfer.state === 'running' && serverCount !== undefined
      ? t('row.servers', { count: serverCount, formatted: format.count(serverCount) })
      : ''
    : clients > 0
      ? t('row.clients', { count: clients, formatted: format.count(clients) })
      : '';
  const asked = transfer?.servers.length ?? 0;
  const state =
    words === 'waiting'
      ? t('state.waiting', { count: asked, formatted: format.count(asked) })
      : t(`state.${words}`);
  const detail = details.filter(Boolean).join(' · ');
  const figures = [rate, left, peers].filter(Boolean).join(' · ');
  return {
    name,
    state,
    detail,
    rate,
    left,
    peers,
    figures,
    label: [name, state, detail, figures].filter(Boolean).join(', '),
  };
}
