/** Links on their way in: what can be read from one before anything is asked, and which of them to offer. */
import { formatAddress, formatLink, parseLink } from '../core/links.ts';
import type { LinkFacts } from '../preload/contract.ts';
import type { Mirror } from './node/mirror.ts';

/** Longer texts on the clipboard are not links and are not looked through. */
const MAX_CLIPBOARD = 8192;

/** Throws Failure `bad-link`, which says why. */
export function readLink(text: string, mirror: Mirror): LinkFacts {
  const link = parseLink(text);
  const known = knownRow(link.id, mirror);
  return {
    id: link.id,
    link: formatLink(link),
    private: link.key !== undefined,
    short: link.key === undefined && link.digest === undefined,
    name: link.name ?? '',
    servers: link.servers.map(formatAddress),
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
   * The link in `text`, if there is one to offer. Only what calls itself a link is one here: 16 digits may as well
   * be the number of a credit card.
   */
  see(text: string, mirror: Mirror): LinkFacts | undefined {
    if (text.length > MAX_CLIPBOARD || !/^\s*rain:/i.test(text)) return undefined;
    let facts: LinkFacts;
    try {
      facts = readLink(text, mirror);
    } catch {
      return undefined;
    }
    if (facts.known !== undefined || this.#offered.has(facts.link)) return undefined;
    this.#offered.add(facts.link);
    return facts;
  }
}
