import { Failure } from '../failure.ts';
import { DEFAULT_PORT, parseAddress } from '../wire/address.ts';
import type { Threads } from './threads.ts';

/**
 * Binds to the port asked for, or else to the default one or, where that is taken, to any. The old socket stays
 * when it fails. Returns the port. Throws Failure: port-taken, bind-failed.
 */
export async function bindPort(
  threads: Threads,
  port: number | undefined,
  address: string | undefined,
): Promise<number> {
  const addresses = address === undefined ? [] : [parseAddress(address).host];
  const ask = (wanted: number): Promise<unknown> =>
    threads.ask((call) => ({ type: 'bind', call, port: wanted, addresses }));
  const bound = await ask(port ?? DEFAULT_PORT).catch((error) => {
    const anyWillDo = port === undefined && error instanceof Failure && error.code === 'port-taken';
    if (anyWillDo) return ask(0);
    throw error;
  });
  return Number(bound);
}
