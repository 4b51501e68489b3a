import { lookup as systemLookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { Failure } from '../failure.ts';
import { parseAddress } from '../wire/address.ts';
import type { Family } from './interfaces.ts';

/** ms; the system's resolver may try for half a minute. */
const TIMEOUT = 5000;
/** ms for which an answer is used again. The system does not tell how long a record lives. */
const KEEP = 60_000;
/** ms for which a failure is not tried again. */
const KEEP_FAILURE = 5000;
const MOST_NAMES = 256;

interface Found {
  readonly address: string;
  readonly family: number;
}

type Lookup = (host: string) => Promise<readonly Found[]>;

interface Entry {
  readonly answer: Promise<readonly Found[]>;
  /** On the clock of `performance.now()`; infinite while the answer is awaited. */
  until: number;
}

/** Host names to IP addresses through the system's resolver, remembered for a minute. */
export class Resolver {
  readonly #lookup: Lookup;
  readonly #cache = new Map<string, Entry>();

  constructor(lookup: Lookup = (host) => systemLookup(host, { all: true })) {
    this.#lookup = lookup;
  }

  /**
   * The addresses of `host` in the families that the caller can use, in the system's order, at least one; an IP
   * address (with zone too) is returned as it is. Throws Failure('unresolvable') when there is none, or none in 5 s.
   */
  async resolve(host: string, families: readonly Family[]): Promise<readonly string[]> {
    if (isIP(host) !== 0) return [host];
    const found = await this.#find(host);
    const usable = found.filter(({ family }) => families.some((each) => each === family));
    if (usable.length > 0) return usable.map(({ address }) => address);
    const others = [...new Set(found.map(({ family }) => `IPv${family}`))].join(' and ');
    throw new Failure(
      'unresolvable',
      `The server "${host}" has ${others === '' ? 'no' : `only ${others}`} addresses, which cannot be reached from here`,
      'Check the network connection, or name another address of the server.',
    );
  }

  #find(host: string): Promise<readonly Found[]> {
    const known = this.#cache.get(host);
    if (known !== undefined && known.until > performance.now()) return known.answer;
    const answer = this.#ask(host);
    const entry: Entry = { answer, until: Number.POSITIVE_INFINITY };
    answer.then(
      () => {
        entry.until = performance.now() + KEEP;
      },
      () => {
        entry.until = performance.now() + KEEP_FAILURE;
      },
    );
    this.#remember(host, entry);
    return answer;
  }

  #remember(host: string, entry: Entry): void {
    this.#cache.delete(host);
    this.#cache.set(host, entry);
    const [oldest] = this.#cache.keys();
    if (this.#cache.size > MOST_NAMES && oldest !== undefined) this.#cache.delete(oldest);
  }

  async #ask(host: string): Promise<readonly Found[]> {
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error('no answer in time')), TIMEOUT);
    });
    try {
      const found = await Promise.race([this.#lookup(host), timeout]);
      return found.map(asItIsReached);
    } catch (error) {
      throw new Failure(
        'unresolvable',
        `The server name "${host}" was not found: ${error instanceof Error ? error.message : String(error)}`,
        'Check the spelling and the network connection, or name the server by its IP address.',
        error,
      );
    } finally {
      clearTimeout(timer);
    }
  }
}

/** A record of IPv6 may hold an IPv4 address, which is not reached by IPv6. */
function asItIsReached(found: Found): Found {
  const { host } = parseAddress(found.address);
  return isIP(host) === 4 ? { address: host, family: 4 } : found;
}
