/** A gateway in a process of its own, for tests that kill it: `node put-child.ts FOLDER`. Says `port N`. */
import { defaultConfig } from '../../core/murky/config.ts';
import { Gateway } from '../../core/murky/gateway/gateway.ts';
import { openCasks } from './entry-casks.ts';
import { LoneStore } from './lone-store.ts';

const kept = await openCasks(process.argv[2]);
const gateway = await Gateway.open(new LoneStore(kept, 2 ** 40), {
  host: '127.0.0.1',
  port: 0,
  allowedHosts: [],
  limits: defaultConfig.limits,
  warn: console.error,
});
process.stdout.write(`port ${gateway.address.port}\n`);
