/** What `GET /` says to programs: entries, a page of them at a time, peers and figures. */
import { z } from 'zod';
import type { Entries, EntryView } from '../entries.ts';
import { formatEntryName, parseEntryName } from '../entry-name.ts';
import { Refusal } from './guard.ts';

const MOST = 1000;

const query = z.object({
  /** By id, from behind this one; else the last written. */
  after: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(MOST).default(100),
});

export function overview(entries: Entries, asked: unknown) {
  const parsed = query.safeParse(asked);
  if (!parsed.success) throw new Refusal(400, `"after" is an id, "limit" a number from 1 to ${MOST}.`);
  const { after, limit } = parsed.data;
  const from = after === undefined || after === '' ? '' : parseEntryName(after);
  if (from === undefined) throw new Refusal(400, '"after" is no id.');
  const shown = after === undefined ? entries.latest(limit) : entries.list(from, limit);
  return {
    figures: entries.figures(),
    entries: shown.map(entryLine),
    peers: entries.peers(),
  };
}

/** Whether an Accept header prefers JSON to a page; both at once are a browser's. */
export function wantsJson(accept: string | undefined): boolean {
  const types = (accept ?? '').split(',').map((type) => type.split(';', 1)[0].trim().toLowerCase());
  const [json, page] = [types.indexOf('application/json'), types.indexOf('text/html')];
  return json >= 0 && (page < 0 || json < page);
}

function entryLine({ id, size, contentType, tag, time, isHere }: EntryView) {
  return {
    id,
    path: `/${formatEntryName(id)}`,
    size,
    contentType,
    tag,
    time: new Date(time).toISOString(),
    isHere,
  };
}
