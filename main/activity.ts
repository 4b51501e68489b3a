/** What the mirror shows of the work under way. */
import type { Mirror } from './node/mirror.ts';

/** Bytes are moving or about to: the machine should not fall asleep. */
export function isBusy(mirror: Mirror): boolean {
  for (const { state } of mirror.transfers.values()) {
    if (state === 'manifest' || state === 'running' || state === 'finishing') return true;
  }
  for (const { state, clients } of mirror.shares.values()) {
    if (state === 'hashing' || clients.length > 0) return true;
  }
  return false;
}

/** Something would end if the app did: a reason to go on when the window is closed. */
export function isAtWork(mirror: Mirror): boolean {
  for (const { state } of mirror.transfers.values()) {
    if (state !== 'paused' && state !== 'done' && state !== 'failed') return true;
  }
  for (const { state } of mirror.shares.values()) {
    if (state === 'hashing' || state === 'serving') return true;
  }
  return false;
}

/** Links of what was last shared or fetched, the newest first. */
export function recentLinks(
  mirror: Mirror,
  count: number,
): { readonly name: string; readonly link: string }[] {
  const links = new Map<string, { name: string; link: string; addedAt: number }>();
  for (const { id, name, link, addedAt } of [...mirror.shares.values(), ...mirror.transfers.values()]) {
    const before = links.get(id);
    if (link !== '' && (before === undefined || before.addedAt < addedAt)) {
      links.set(id, { name: name === '' ? id : name, link, addedAt });
    }
  }
  return [...links.values()].sort((a, b) => b.addedAt - a.addedAt).slice(0, count);
}
