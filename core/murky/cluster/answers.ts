/** Answers to requests: one datagram for one, made of what the node has, with nothing remembered. */
import type { EntryRecord } from '../record.ts';
import { fitting, readAsked, readIds, readRecords, writeFound, writeHeld, writePeers } from './bodies.ts';
import { answerTo } from './comparison.ts';
import {
  ANSWER_ROOM,
  type Request,
  SUBJECT_COMPARE,
  SUBJECT_PEERS,
  SUBJECT_TELL,
  SUBJECT_WANT,
} from './datagram.ts';
import type { KeptRecords } from './kept-records.ts';
import { ALL } from './span.ts';

export interface Source {
  readonly kept: KeptRecords;
  /** ms since 1970 */
  readonly wall: number;
  /** Addresses of the peers that answer. */
  peers(): string[];
  /** The one who asks has begun to compare; `alike`: there is nothing different. */
  compared(alike: boolean): void;
  /** The one who asks has this record. */
  heard(record: EntryRecord): void;
}

/** The body of the answer; undefined for a malformed request. */
export function answerRequest({ subject, body }: Request, source: Source): Uint8Array | undefined {
  switch (subject) {
    case SUBJECT_TELL: {
      const records = readRecords(body);
      for (const record of records ?? []) source.heard(record);
      return records && new Uint8Array(0);
    }
    case SUBJECT_COMPARE: {
      const asked = readAsked(body);
      if (asked === undefined) return undefined;
      const held = answerTo(asked, source.kept);
      if (asked[0].span.bits === ALL.bits) source.compared(held[0].kind === 'same');
      return writeHeld(held);
    }
    case SUBJECT_WANT: {
      const ids = readIds(body);
      return ids && lookUp(ids, source.kept);
    }
    case SUBJECT_PEERS: {
      if (body.length > 0) return undefined;
      return writePeers({ time: Math.max(0, Math.floor(source.wall)), addresses: source.peers() });
    }
  }
}

function lookUp(ids: readonly string[], kept: KeptRecords): Uint8Array {
  const records = ids.map((id) => kept.get(id));
  const found = records.filter((record) => record !== undefined);
  const told = fitting(found, ANSWER_ROOM - 1);
  const looked = told.length === found.length ? ids.length : records.indexOf(found[told.length]);
  return writeFound(looked, told);
}
