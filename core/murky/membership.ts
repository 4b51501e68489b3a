/** Who this node is in its cluster, and whom it believes. */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { neighbourhood, networkInterfaces } from '../discovery/interfaces.ts';
import type { Setting, Settings } from '../store/settings.ts';
import { parseAddress } from '../wire/address.ts';
import type { Catalogue } from './catalogue.ts';
import { Cluster } from './cluster/cluster.ts';
import { moment } from './cluster-host.ts';
import type { MurkyConfig } from './config.ts';

/** Drawn once, the same for as long as the catalogue lives. */
const NODE_ID: Setting<string> = { key: 'node', schema: z.string().regex(/^[0-9a-f]{16}$/) };
const LAST_CONTACT: Setting<number> = { key: 'last-contact', schema: z.number() };
const random = { u32: () => randomBytes(4).readUInt32LE() };

export function ownId(settings: Settings): string {
  const known = settings.get(NODE_ID);
  if (known !== undefined) return known;
  const id = randomBytes(8).toString('hex');
  settings.set(NODE_ID, id);
  return id;
}

export function newCluster(config: MurkyConfig, catalogue: Catalogue, settings: Settings): Cluster {
  return new Cluster(moment(), {
    node: ownId(settings),
    catalogue,
    secret: config.secret === undefined ? undefined : Buffer.from(config.secret, 'utf8'),
    trusts: isNear,
    random,
    autoAddPeers: config.autoAddPeers,
    propagateOnStartup: config.propagateOnStartup,
    lastContact: settings.get(LAST_CONTACT),
  });
}

/** Notes when the node last agreed with another: by that it knows, later, for how long it was away. */
export function noteContact({ lastContact }: Cluster, settings: Settings): void {
  if (lastContact !== undefined) settings.set(LAST_CONTACT, lastContact);
}

/** Whether `ip:port` is of this machine or of a network that it is on. */
function isNear(address: string): boolean {
  const { host } = parseAddress(address);
  return networkInterfaces().some((each) => neighbourhood(each)(host));
}
