import { open } from 'node:fs/promises';
import { z } from 'zod';
import { Failure } from '../failure.ts';
import { type Address, formatAddress, parseAddress } from '../wire/address.ts';

/** Bytes; a thousand servers are about 50 kB. */
const LARGEST_FILE = 1 << 20;
const MOST_SERVERS = 4096;

const HINT = 'A server list is a JSON array of objects with a "host" and a "port".';

const entries = z.array(z.unknown()).max(MOST_SERVERS, `there are more than ${MOST_SERVERS} entries`);
const entry = z.object({
  host: z.string().max(255),
  port: z.int().min(1).max(65_535),
});

/**
 * Reads a `servers.json` of 2012. Throws Failure: 'no-such-path', 'unreadable' when the file cannot be read or
 * is no such list, 'bad-address' when an entry is none.
 */
export async function readServerList(path: string): Promise<readonly Address[]> {
  return parseServerList(await readBounded(path));
}

/** The servers of a list, each once, in their order; or the Failure that {@link readServerList} throws. */
export function parseServerList(text: string): readonly Address[] {
  const list = entries.safeParse(parseJson(text));
  if (!list.success) throw unreadable(list.error.issues[0]?.message ?? 'it is no array');
  const servers = new Map<string, Address>();
  for (const [index, raw] of list.data.entries()) {
    const server = parseEntry(raw, index + 1);
    servers.set(formatAddress(server), server);
  }
  return [...servers.values()];
}

function parseEntry(raw: unknown, number: number): Address {
  const parsed = entry.safeParse(raw);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const where = issue?.path.join('.') ?? '';
    throw badEntry(number, raw, `${where === '' ? '' : `${where}: `}${issue?.message ?? 'malformed'}`);
  }
  try {
    return parseAddress(formatAddress(parsed.data));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw badEntry(number, raw, error.message);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw unreadable(error instanceof Error ? error.message : 'it is no JSON', error);
  }
}

async function readBounded(path: string): Promise<string> {
  try {
    await using file = await open(path);
    const buffer = Buffer.alloc(LARGEST_FILE + 1);
    let length = 0;
    // A pipe is read in pieces.
    for (let read = -1; read !== 0; length += read) ({ bytesRead: read } = await file.read(buffer, length));
    if (length > LARGEST_FILE) throw unreadable(`it is larger than ${LARGEST_FILE} bytes`);
    // Also leaves out a byte order mark, which editors of Windows write.
    return new TextDecoder('utf-8', { fatal: true }).decode(buffer.subarray(0, length));
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (isMissing(error))
      throw new Failure('no-such-path', `There is no file ${path}.`, 'Check the path.', error);
    throw unreadable(error instanceof Error ? error.message : String(error), error);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function unreadable(reason: string, cause?: unknown): Failure {
  return new Failure('unreadable', `The server list cannot be read: ${reason}`, HINT, cause);
}

function badEntry(number: number, raw: unknown, reason: string): Failure {
  const shown = JSON.stringify(raw).slice(0, 100);
  return new Failure('bad-address', `Entry ${number} of the server list, ${shown}, is bad: ${reason}`, HINT);
}
