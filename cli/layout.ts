/** The longer texts: progress of a transfer, lists, summaries. */
import type { LeftOut, NodeSnapshot, ShareSnapshot, TransferSnapshot } from '../core/api.ts';
import type { Deed } from '../core/node.ts';
import type { DemoResult, ProgressView, ServerLine, StoreView } from './report.ts';
import {
  bar,
  count,
  formatBytes,
  formatDuration,
  formatPercent,
  formatProgress,
  formatRate,
  shorten,
  table,
  visible,
} from './text.ts';

/** Servers drawn below the bar; the rest are counted. */
const SERVERS_SHOWN = 8;

/** So many needed, and a few more are a small part. */
const MANY_DROPLETS = 100;

/** The whole, with a bar as far as `columns` have room for one, then a line for each server. */
export function progressLines(view: ProgressView, columns: number): string[] {
  const shown = view.servers.slice(0, SERVERS_SHOWN);
  const more = view.servers.length - shown.length;
  const rows = shown.map((server) => [
    `  ${visible(server.address)}`,
    server.state,
    formatRate(server.rate),
    `${formatPercent(server.share)} of it`,
    `loss ${formatPercent(server.loss)}`,
    roundTrip(server),
  ]);
  return [
    headline(view, columns),
    ...table(rows, new Set([2])),
    ...(more > 0 ? [`  and ${count(more, 'more server')}`] : []),
  ];
}

function headline(view: ProgressView, columns: number): string {
  const name = shorten(visible(view.name), 28);
  if (view.state === 'stalled') {
    return `${name}  stalled: ${visible(view.problem?.message ?? '')}`;
  }
  if (view.bytes === undefined) {
    return `${name}  asking ${count(view.servers.length, 'server')}`;
  }
  const part = view.bytes === 0 ? 1 : view.verified / view.bytes;
  const parts = [
    formatProgress(part),
    `${formatBytes(view.verified)} of ${formatBytes(view.bytes)}`,
    ...pace(view),
    `overhead ${formatPercent(view.overhead)}`,
  ];
  const room = columns - name.length - parts.join('  ').length - 6;
  return [name, ...(room >= 8 ? [bar(part, Math.min(room, 30))] : []), ...parts].join('  ');
}

function pace(view: ProgressView): string[] {
  if (view.state === 'waiting') {
    return ['waiting for a server'];
  }
  if (view.state === 'finishing') {
    return ['finishing'];
  }
  return [formatRate(view.rate), ...(view.eta === undefined ? [] : [`${formatDuration(view.eta)} left`])];
}

function roundTrip({ rttMs }: ServerLine): string {
  return rttMs === null ? '' : `${rttMs.toFixed(rttMs < 10 ? 1 : 0)} ms`;
}

export function servingLine(share: ShareSnapshot): string {
  if (share.state !== 'serving') {
    return `${visible(share.name)}  ${share.state}${share.problem ? `: ${visible(share.problem.message)}` : ''}`;
  }
  const clients = count(share.clients.length, 'client');
  return `${clients}  ${formatRate(share.rate)}  ${formatBytes(share.poured)} poured`;
}

export function storeLine({ figures, peers }: StoreView): string {
  const here = peers.filter(({ state }) => state === 'here').length;
  const wanted = figures.wanted > 0 ? `  ${figures.wanted} on the way` : '';
  const entries = count(figures.entries, 'entry', 'entries');
  return `${entries}  ${formatBytes(figures.bytes)}${wanted}  ${here} of ${count(peers.length, 'peer')}`;
}

export function deedLine({ what, id, size, reason }: Deed): string {
  const bytes = size === undefined ? '' : ` (${formatBytes(size)})`;
  return `${what} ${id}${bytes}${reason === undefined ? '' : `: ${visible(reason)}`}`;
}

/** Of a few droplets a percentage says nothing: the manifest is one, and more are on their way when the last is here. */
function overheadWords({ overhead, droplets: { received, needed } }: TransferSnapshot): string {
  return needed < MANY_DROPLETS
    ? `${count(received, 'droplet')} for ${needed} needed`
    : `overhead ${formatPercent(overhead)}`;
}

export function transferSummary(transfer: TransferSnapshot): string {
  const bytes = transfer.bytes ?? 0;
  const fetched = Math.max(0, bytes - transfer.resumedBytes);
  const rate = transfer.seconds > 0 ? `, ${formatRate(fetched / transfer.seconds)}` : '';
  return (
    `${visible(transfer.name)}: ${formatBytes(bytes)} verified in ${transfer.seconds.toFixed(1)} s${rate}, ` +
    `${overheadWords(transfer)}, ${count(transfer.servers.length, 'server')}`
  );
}

/** Names told of what was left out; the rest is counted. */
const LEFT_OUT_SHOWN = 5;

export function leftOutLine({ count: all, names }: LeftOut, how: string): string {
  const shown = names.slice(0, LEFT_OUT_SHOWN).map(visible).join(', ');
  const more = shown !== '' && all > LEFT_OUT_SHOWN ? ', ...' : '';
  return `${count(all, 'entry', 'entries')} ${all === 1 ? 'was' : 'were'} ${how}${shown && `: ${shown}`}${more}`;
}

/** One line for each share and transfer under a heading; nothing for nothing. */
export function listing({ shares, transfers }: NodeSnapshot): string[] {
  const rows = [
    ...shares.map((share) => [
      share.id,
      share.public ? 'public share' : 'share',
      share.state === 'paused' ? 'stopped' : share.state,
      formatBytes(share.bytes),
      visible(share.name),
    ]),
    ...transfers.map((transfer) => [
      transfer.id,
      'transfer',
      transferState(transfer),
      transfer.bytes === undefined ? '' : formatBytes(transfer.bytes),
      visible(transfer.path ?? transfer.name),
    ]),
  ];
  return rows.length === 0 ? [] : table([['ID', 'KIND', 'STATE', 'SIZE', 'NAME'], ...rows], new Set([3]));
}

/** A transfer that merely has not gone on since the node was opened is not told from one that runs. */
function transferState({ state, verified, bytes }: TransferSnapshot): string {
  if (state === 'done' || state === 'failed' || state === 'paused' || state === 'held') {
    return state;
  }
  return formatProgress(bytes === undefined || bytes === 0 ? 0 : verified / bytes);
}

export function demoSummary(result: DemoResult): string[] {
  const { algorithm, sent, received } = result.digest;
  const rows = result.servers.map((server) => [
    `${visible(server.address)}${server.lossy ? ' (lossy link)' : ''}`,
    String(server.droplets),
    formatBytes(server.bytes),
    formatPercent(server.share),
    formatPercent(server.loss),
    roundTrip(server),
  ]);
  return [
    `${algorithm} of the file shared   ${sent}`,
    `${algorithm} of the file fetched  ${received}`,
    result.verified ? 'verified: the same bytes' : 'NOT VERIFIED: the bytes differ',
    `${formatBytes(result.bytes)} in ${result.seconds.toFixed(1)} s, ${formatRate(result.throughput)}, ` +
      `overhead ${formatPercent(result.overhead)} ` +
      `(${result.droplets.received} droplets for ${result.droplets.needed} needed)`,
    ...table([['SERVER', 'DROPLETS', 'BYTES', 'SHARE', 'LOSS', 'RTT'], ...rows], new Set([1, 2, 3, 4, 5])),
  ];
}
