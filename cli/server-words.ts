import type { ServerReason, TransferServerSnapshot } from '../core/api.ts';

const WHY: Readonly<Record<ServerReason, string>> = {
  silent: 'does not answer',
  stopped: 'stopped answering',
  absent: 'has not got this resource',
  busy: 'has no room for more clients',
  version: 'speaks another version',
  refused: 'refuses this client',
  profile: 'uses a code profile that this version does not know',
  'false-droplets': 'poured droplets that are not of this resource',
  'unordered-droplets': 'poured droplets that nobody had ordered',
  'false-manifest': 'poured a manifest that does not belong to the link',
  'other-manifest': 'says that another manifest belongs to the link',
};

/** `busy: has no room for more clients` */
export function serverWords({ state, reason }: Pick<TransferServerSnapshot, 'state' | 'reason'>): string {
  return reason === undefined ? state : `${state}: ${WHY[reason]}`;
}
