import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { defaultConfig } from '../../core/murky/config.ts';
import { Gateway, type GatewayOptions } from '../../core/murky/gateway/gateway.ts';
import { temporaryFolder } from '../content/temporary.ts';
import { openCasks } from './entry-casks.ts';
import { LoneStore } from './lone-store.ts';

export interface Running {
  readonly port: number;
  readonly url: string;
  readonly store: LoneStore;
  readonly warnings: readonly string[];
  /** Names of files being written, and of those kept. */
  files(): string[];
}

/** A gateway on the loopback until the running test ends. */
export async function startGateway(
  options: Partial<Omit<GatewayOptions, 'limits'>> & {
    readonly limits?: Partial<GatewayOptions['limits']>;
  } = {},
): Promise<Running> {
  const folder = temporaryFolder();
  const kept = await openCasks(folder);
  const limits = { ...defaultConfig.limits, ...options.limits };
  const store = new LoneStore(kept, limits.maxEntryBytes);
  const warnings: string[] = [];
  const gateway = await Gateway.open(store, {
    host: '127.0.0.1',
    port: 0,
    allowedHosts: [],
    warn: (message) => warnings.push(message),
    ...options,
    limits,
  });
  onTestFinished(async () => {
    await gateway.close();
    await kept.close();
  });
  const { port } = gateway.address;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    store,
    warnings,
    files: () =>
      ['staging', 'casks'].flatMap((name) =>
        readdirSync(join(folder, name), { recursive: true, withFileTypes: true, encoding: 'utf8' })
          .filter((entry) => entry.isFile())
          .map((entry) => entry.name),
      ),
  };
}
