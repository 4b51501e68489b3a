import type { FromNet } from '../engine/messages.ts';
import type { Channels } from './channel.ts';
import type { Classic } from './classic.ts';
import type { NodeEvents } from './node-events.ts';
import type { Provided } from './provided.ts';
import type { Sharing } from './sharing.ts';
import { toBeAsked } from './told-servers.ts';
import type { Traffic } from './traffic.ts';
import type { Transfers } from './transfers.ts';

/** Whom the network thread speaks to. */
export interface NetAudience {
  readonly sharing: Sharing;
  readonly provided: Provided;
  readonly transfers: Transfers;
  readonly classic: Classic;
  readonly channels: Channels;
  readonly traffic: Traffic;
  readonly events: NodeEvents;
}

/** Gives what the network thread says on its own to the part of the node that it is for. */
export function dispatch(message: FromNet, audience: NetAudience): void {
  const { sharing, provided, transfers, classic, channels, events } = audience;
  switch (message.type) {
    case 'find':
      void sharing.find(message.resource, (resource) => provided.find(resource));
      return;
    case 'source-failed':
      provided.withdraw(message.resource);
      sharing.failed(message.source, message.problem);
      return;
    case 'classic':
      classic.handle(message.message);
      return;
    case 'members':
      channels.handle(message.datagrams);
      return;
    case 'stats':
      sawStats(message, audience);
      return;
    case 'peers':
      transfers.offerTo(message.key, toBeAsked(message.addresses));
      return;
    case 'banned':
      events.warn(`${message.address} is banned: ${message.offence}`);
      return;
    case 'answer':
      return;
    default:
      transfers.handle(message);
  }
}

function sawStats(message: FromNet & { readonly type: 'stats' }, audience: NetAudience): void {
  const { sharing, transfers, traffic, events } = audience;
  const rates = traffic.see(performance.now(), message.poured, message.received);
  if (rates !== undefined) events.emit(rates);
  transfers.see(message.transfers, sharing.see(message.clients));
}
