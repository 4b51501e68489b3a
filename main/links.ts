/** Links on their way in: what can be read from one before anything is asked, and which of them to offer. */
import {
  type FoundLink,
  findLinks,
  formatAddress,
  formatLink,
  type LinkReading,
  placeOf,
  readLinks as readText,
  revealed,
} from '../core/links.ts';
import type { LinkFacts, LinkRead, OutsideLinks } from '../preload/contract.ts';
import type { Mirror } from './node/mirror.ts';
import { problemOf } from './problem.ts';

/** Longer texts on the clipboard are not looked through. */
const MAX_CLIPBOARD = 65_536;
/** Nobody answers more of them: what a web page opens it can open without end. */
const MAX_OUTSIDE = 20;

/** Everything in a text that is a link, or looks like one; at least one entry. */
export function readLinks(text: string, mirror: Mirror): readonly LinkRead[] {
  return readText(text).map((found) => linkRead(found, mirror));
}

function linkRead(found: FoundLink, mirror: Mirror): LinkRead {
  return 'link' in found
    ? { facts: factsOf(found, mirror) }
    : { text: found.text, problem: problemOf(found.failure) };
}

function factsOf({ link, ignored }: LinkReading, mirror: Mirror): LinkFacts {
  const known = knownRow(link.id, mirror);
  return {
    id: link.id,
    link: formatLink(link),
    private: link.key !== undefined,
    short: link.key === undefined && link.digest === undefined,
    name: revealed(link.name ?? ''),
    servers: link.servers.map((server) => ({ address: formatAddress(server), place: placeOf(server) })),
    ignored,
    ...(known && { known }),
  };
}

/** A row that fetches says more than one that shares what was fetched. */
function knownRow(id: string, mirror: Mirror): LinkFacts['known'] {
  for (const transfer of mirror.transfers.values()) {
    if (transfer.id === id) return { kind: 'transfer', key: transfer.key };
  }
  for (const share of mirror.shares.values()) if (share.id === id) return { kind: 'share', key: share.key };
  return undefined;
}

/** Offers what is on the clipboard: each link once, and none that has a row. */
export class ClipboardOffers {
  readonly #offered = new Set<string>();

  /**
   * The links in `text` that are to be offered. Only what calls itself a link is one here: 16 digits may as well be
   * the number of a credit card.
   */
  see(text: string, mirror: Mirror): readonly LinkFacts[] {
    if (text.length > MAX_CLIPBOARD) return [];
    const offers = findLinks(text).flatMap((found) => ('link' in found ? [factsOf(found, mirror)] : []));
    const fresh = offers.filter(({ known, link }) => known === undefined && !this.#offered.has(link));
    for (const { link } of fresh) this.#offered.add(link);
    return fresh;
  }
}

/** Keeps what other programs hand over until a person has answered, and no longer than the process lives. */
export class OutsideLinksKeeper {
  readonly #mirror: Mirror;
  readonly #changed: () => void;
  #waiting: readonly { readonly key: number; readonly found: FoundLink }[] = [];
  #refused = 0;
  #lastKey = 0;

  constructor(mirror: Mirror, changed: () => void) {
    this.#mirror = mirror;
    this.#changed = changed;
  }

  get state(): OutsideLinks {
    return {
      waiting: this.#waiting.map(({ key, found }) => ({ key, ...linkRead(found, this.#mirror) })),
      refused: this.#refused,
    };
  }

  /** Takes what is in a text and does not wait yet, as far as there is room. */
  add(text: string): void {
    for (const found of readText(text)) {
      const said = wordsOf(found);
      if (this.#waiting.some((each) => wordsOf(each.found) === said)) continue;
      if (this.#waiting.length === MAX_OUTSIDE) this.#refused++;
      else this.#waiting = [...this.#waiting, { key: ++this.#lastKey, found }];
    }
    this.#changed();
  }

  forget(key: number): void {
    this.#waiting = this.#waiting.filter((each) => each.key !== key);
    if (this.#waiting.length === 0) this.#refused = 0;
    this.#changed();
  }

  forgetAll(): void {
    this.#waiting = [];
    this.#refused = 0;
    this.#changed();
  }
}

function wordsOf(found: FoundLink): string {
  return 'link' in found ? formatLink(found.link) : found.text;
}
