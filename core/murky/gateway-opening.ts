import type { MurkyConfig } from './config.ts';
import type { Entries } from './entries.ts';
import type { Gateway } from './gateway/gateway.ts';

const OPEN_TO_ALL = 'everybody who reaches it may read, put and delete. Set "http.token".';
const OPEN_TO_TOKEN = 'the token and the entries travel unencrypted.';

/**
 * The gateway to `entries`, as it is configured; warns of one that others than this machine can reach. Rejects with
 * Failure `port-taken`, `bind-failed`.
 */
export async function openGateway(
  entries: Entries,
  { http, limits }: MurkyConfig,
  warn: (message: string) => void,
): Promise<Gateway> {
  // The server library is of no use to those who only move files.
  const { Gateway } = await import('./gateway/gateway.ts');
  const gateway = await Gateway.open(entries, { ...http, limits, warn });
  const { host } = gateway.address;
  if (!host.startsWith('127.') && host !== '::1') {
    warn(`The gateway listens on ${host}: ${http.token === undefined ? OPEN_TO_ALL : OPEN_TO_TOKEN}`);
  }
  return gateway;
}
