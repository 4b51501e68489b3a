import { isNamed } from '../protocol/session.ts';
import type { ServerAddress } from './messages.ts';

/** A server under one of its addresses. */
interface Tried {
  readonly live: boolean;
}

interface Group {
  readonly tried: Tried[];
  readonly untried: ServerAddress[];
  lastAt: number;
}

/** How long an address has to answer before the next of its group is asked too, ms (RFC 8305 allows 2 s). */
const PATIENCE = 1000;
/** More servers than a transfer asks, and more addresses than a server has. */
const MAX_GROUPS = 512;
const MAX_UNTRIED = 16;

/** Servers that are known under several addresses are asked under one, as long as that one answers. */
export class Alternatives {
  readonly #groups = new Map<string, Group>();
  readonly #add: (server: ServerAddress) => Tried | undefined;

  /** `add` begins to ask an address; undefined when it is being asked already. */
  constructor(add: (server: ServerAddress) => Tried | undefined) {
    this.#add = add;
  }

  offer(now: number, server: ServerAddress): void {
    if (server.group === undefined) {
      this.#add(server);
      return;
    }
    const known = this.#groups.get(server.group);
    // Those that are named are as many as a person names: what is announced nearby must not keep them out.
    if (known === undefined && !isNamed(server.found) && this.#groups.size >= MAX_GROUPS) return;
    const group = known ?? { tried: [], untried: [], lastAt: now };
    this.#groups.set(server.group, group);
    if (group.tried.length === 0) this.#try(now, group, server);
    else if (
      group.untried.length < MAX_UNTRIED &&
      !group.untried.some(({ address }) => address === server.address)
    )
      group.untried.push(server);
  }

  /** Asks the next address of servers that do not answer. */
  tick(now: number): void {
    for (const group of this.#groups.values()) {
      if (group.untried.length === 0 || now - group.lastAt < PATIENCE) continue;
      if (group.tried.some(({ live }) => live)) continue;
      const next = group.untried.shift();
      if (next !== undefined) this.#try(now, group, next);
    }
  }

  #try(now: number, group: Group, server: ServerAddress): void {
    group.lastAt = now;
    const tried = this.#add(server);
    if (tried !== undefined) group.tried.push(tried);
  }
}
