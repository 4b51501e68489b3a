import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Failure } from '../../failure.ts';
import type { GatewayLimits } from '../config.ts';
import type { Entries, EntryView, OpenEntry } from '../entries.ts';
import { formatEntryName, parseEntryName } from '../entry-name.ts';
import { isContentType } from '../record.ts';
import type { ByteRange } from '../storage/entry-storage.ts';
import { formatRange, parseRange } from './byte-range.ts';
import { formatTag, rangeHolds, refusal } from './conditions.ts';
import { Refusal } from './guard.ts';
import type { RequestCounts } from './metrics.ts';
import { uploadOf } from './upload.ts';

/** What 2012 answered to a PUT. */
const OK = '{"response": "Ok."}\n';
const DEFAULT_TYPE = 'application/octet-stream';
/** An entry is somebody's: no script of it runs, and no form of it is sent, as if it were the gateway's. */
const POLICY =
  "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'; " +
  "form-action 'none'; base-uri 'none'";
const ENTRY_POLICY = `sandbox; ${POLICY}`;
const MEDIA_POLICY = `sandbox allow-same-origin; ${POLICY}`;
/**
 * In a sandbox of another origin a browser's player may not ask for ranges of what it plays. These types hold no script. No list of
 * types, of which a browser takes the last: commas are in quotes only.
 */
const MEDIA = /^(video|audio|image)\/(?!svg)(?:[^,"]|"[^"\\]*")*$/i;

/** GET, HEAD, PUT and DELETE of an entry, and POST of a new one. */
export class EntryRoutes {
  readonly #entries: Entries;
  readonly #limits: GatewayLimits & { readonly maxEntryBytes: number };
  readonly #counts: RequestCounts;

  constructor(
    entries: Entries,
    limits: GatewayLimits & { readonly maxEntryBytes: number },
    counts: RequestCounts,
  ) {
    this.#entries = entries;
    this.#limits = limits;
    this.#counts = counts;
  }

  lay(app: FastifyInstance): void {
    app.post('/', (request, reply) => this.#post(request, reply));
    app.put('/*', (request, reply) => this.#put(request, reply));
    app.get('/*', (request, reply) => this.#get(request, reply));
    app.head('/*', (request, reply) => this.#head(request, reply));
    app.delete('/*', (request, reply) => this.#delete(request, reply));
  }

  async #put(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const name = nameOf(request);
    const id = parseEntryName(name);
    if (name === '') throw new Refusal(404, 'Put to an id, or post.');
    if (id === undefined)
      throw new Refusal(400, 'This is no id: write a number below 2^64, or 16 hex digits.');
    this.#mayWrite(request, this.#entries.find(id));
    const entry = await this.#entries.put({
      id,
      ...this.#bodyOf(request, reply),
      allow: (current) => this.#mayWrite(request, current),
    });
    return reply.header('etag', formatTag(entry.tag)).type('application/json').send(OK);
  }

  async #post(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { id, tag } = await this.#entries.put({ id: undefined, ...this.#bodyOf(request, reply) });
    return reply
      .code(201)
      .headers({ etag: formatTag(tag), location: `/${formatEntryName(id)}` })
      .type('application/json')
      .send(`${JSON.stringify({ response: 'Ok.', id })}\n`);
  }

  async #get(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { id } = this.#existing(request);
    const opening = this.#entries.open(id);
    const entry = await within(this.#limits.idleSeconds, opening).catch((error) => {
      void opening.then((late) => late?.close()).catch(() => undefined);
      throw error;
    });
    if (entry === undefined) throw notFound();
    // Also when the client goes away, or what reads fails.
    reply.raw.once('close', () => void entry.close());
    const range = this.#begin(request, reply, entry);
    if (range === undefined) return reply.send();
    return reply.send(await this.#streamOf(entry, range));
  }

  async #head(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    // Range is for GET alone: RFC 9110, 14.2.
    this.#describe(request, reply, this.#existing(request));
    return reply.send();
  }

  async #delete(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { id } = this.#existing(request);
    const deleted = await this.#entries.delete(id, (current) => this.#mayWrite(request, current));
    if (!deleted) throw notFound();
    return reply.type('application/json').send(OK);
  }

  #existing(request: FastifyRequest): EntryView {
    const id = parseEntryName(nameOf(request));
    const entry = id === undefined ? undefined : this.#entries.find(id);
    if (entry === undefined) throw notFound();
    return entry;
  }

  #bodyOf({ raw, headers }: FastifyRequest, reply: FastifyReply) {
    const contentType = headers['content-type'] ?? '';
    if (!isContentType(contentType)) throw new Refusal(400, 'The Content-Type is too long, or not ASCII.');
    const { maxEntryBytes, idleSeconds } = this.#limits;
    const content = uploadOf(raw, reply.raw, { mostBytes: maxEntryBytes, idleSeconds });
    return { contentType, content: counted(content, (bytes) => (this.#counts.received += bytes)) };
  }

  #mayWrite({ headers }: FastifyRequest, current: EntryView | undefined): void {
    const conditions = { ifMatch: headers['if-match'], ifNoneMatch: headers['if-none-match'] };
    const status = refusal(conditions, current && formatTag(current.tag), 'write');
    if (status !== undefined) throw new Refusal(status, 'The entry is not the one you expect.');
  }

  /** Status and headers of a read, up to which part of the entry is to follow; undefined: none. */
  #begin(request: FastifyRequest, reply: FastifyReply, entry: EntryView): ByteRange | undefined {
    if (!this.#describe(request, reply, entry)) return undefined;
    const { size, tag } = entry;
    const { range: asked } = request.headers;
    const range = rangeHolds(ifRangeOf(request), formatTag(tag)) ? parseRange(asked, size) : undefined;
    if (range === 'unsatisfiable') {
      throw new Refusal(416, 'The entry has no such bytes.', { 'content-range': `bytes */${size}` });
    }
    if (range === undefined) return { start: 0, end: size };
    reply
      .code(206)
      .headers({ 'content-range': formatRange(range, size), 'content-length': range.end - range.start });
    return range;
  }

  /** False when a status says all: 304. */
  #describe(
    { headers }: FastifyRequest,
    reply: FastifyReply,
    { tag, size, contentType }: EntryView,
  ): boolean {
    const current = formatTag(tag);
    const conditions = { ifMatch: headers['if-match'], ifNoneMatch: headers['if-none-match'] };
    const status = refusal(conditions, current, 'read');
    if (status === 412) throw new Refusal(412, 'The entry is not the one you expect.');
    // To be asked for again each time: an id is not bound to its content.
    reply.headers({ etag: current, 'cache-control': 'private, no-cache', 'accept-ranges': 'bytes' });
    if (status === 304) {
      reply.code(304);
      return false;
    }
    reply.headers({
      'content-type': contentType === '' ? DEFAULT_TYPE : contentType,
      'content-length': size,
      'content-security-policy': MEDIA.test(contentType) ? MEDIA_POLICY : ENTRY_POLICY,
    });
    return true;
  }

  /** The first piece is waited for, since an answer that has begun cannot be taken back. */
  async #streamOf(entry: OpenEntry, range: ByteRange): Promise<Readable> {
    const pieces = entry.read(range);
    const first = await within(this.#limits.idleSeconds, pieces.next());
    const rest = async function* (): AsyncGenerator<Uint8Array> {
      if (!first.done) yield first.value;
      yield* pieces;
    };
    return Readable.from(counted(rest(), (bytes) => (this.#counts.sent += bytes)));
  }
}

function nameOf(request: FastifyRequest): string {
  return (request.params as { readonly '*': string })['*'];
}

function ifRangeOf({ headers }: FastifyRequest): string | undefined {
  const value = headers['if-range'];
  return Array.isArray(value) ? value.join() : value;
}

function notFound(): Refusal {
  return new Refusal(404, 'There is no such entry.');
}

async function* counted(
  stream: AsyncIterable<Uint8Array>,
  count: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  for await (const piece of stream) {
    count(piece.length);
    yield piece;
  }
}

/** Waits for what others deliver, and for less than an idle connection stays open, so that the answer still leaves. */
function within<T>(idleSeconds: number, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Failure('no-servers', 'Nobody who has the entry delivers it.', 'Try again later.'));
    }, idleSeconds * 750);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
