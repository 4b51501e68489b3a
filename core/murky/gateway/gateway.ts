/** The HTTP gateway of a store: who may ask, how much at once, and which answer to which request. */
import { once } from 'node:events';
import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { Failure, type FailureCode } from '../../failure.ts';
import { bindFailure } from '../../wire/bind-failure.ts';
import type { GatewayLimits } from '../config.ts';
import type { Entries } from '../entries.ts';
import { Connections, hostOf, placesOf } from './connections.ts';
import { EntryRoutes } from './entry-routes.ts';
import { guard, Refusal } from './guard.ts';
import { METRICS_TYPE, metricsText, RequestCounts } from './metrics.ts';
import { overview, wantsJson } from './overview.ts';
import { PAGE, PAGE_POLICY } from './page.ts';

export interface GatewayOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly token?: string | undefined;
  readonly allowedHosts: readonly string[];
  readonly limits: GatewayLimits & { readonly maxEntryBytes: number };
  /** What went wrong here, and not with the client. */
  readonly warn: (message: string) => void;
}

/** How long a client that was refused may go on sending, for it to read the answer, ms. */
const LINGER = 2000;
/** Between two requests of one connection, ms. */
const KEEP_ALIVE = 10_000;
/** Until the first byte of a connection, ms: browsers open some that they may need. */
const SILENCE = 3000;
/** Connections beyond the open requests: those between two requests, and those to be told to come again. */
const SPARE_CONNECTIONS = 64;

/** For every answer: nothing here is part of another site's page, or may guess a type. */
const HEADERS: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
};

export class Gateway {
  readonly #app: FastifyInstance;
  readonly #entries: Entries;
  readonly #options: GatewayOptions;
  readonly #counts = new RequestCounts();
  readonly #connections: Connections;
  /** Open requests of each host. */
  readonly #open = new Map<string, number>();

  private constructor(entries: Entries, options: GatewayOptions) {
    this.#entries = entries;
    this.#options = options;
    this.#app = fastify(serverOptions(options.limits));
    const most = options.limits.openRequests + SPARE_CONNECTIONS;
    this.#connections = new Connections({ most, silence: SILENCE });
  }

  /** Rejects with Failure `port-taken`, `bind-failed`. */
  static async open(entries: Entries, options: GatewayOptions): Promise<Gateway> {
    const gateway = new Gateway(entries, options);
    gateway.#lay();
    await gateway.#listen();
    return gateway;
  }

  /** Where it listens. */
  get address(): { readonly host: string; readonly port: number } {
    const { address, port } = this.#server.address() as AddressInfo;
    return { host: address, port };
  }

  /** Breaks off what is being answered. */
  async close(): Promise<void> {
    await this.#app.close();
  }

  get #server(): Server {
    return this.#app.server;
  }

  #lay(): void {
    const app = this.#app;
    app.removeAllContentTypeParsers();
    // Bodies are entries, whatever their type; uploadOf reads them.
    app.addContentTypeParser('*', (_request, _body, done) => done(null));
    app.addHook('onRequest', async (request, reply) => this.#admit(request, reply));
    app.setErrorHandler((error, request, reply) => this.#fail(error, request, reply));
    app.setNotFoundHandler((_request, reply) => {
      throw new Refusal(405, 'This method is not known here.', { allow: allowed(reply) });
    });
    app.route({
      method: ['GET', 'HEAD'],
      url: '/',
      handler: (request, reply) => this.#front(request, reply),
    });
    app.route({
      method: ['GET', 'HEAD'],
      url: '/metrics',
      handler: (_request, reply) =>
        reply
          .type(METRICS_TYPE)
          .header('cache-control', 'no-store')
          .send(metricsText(this.#entries, this.#counts)),
    });
    new EntryRoutes(this.#entries, this.#options.limits, this.#counts).lay(app);
    this.#server.on('connection', (socket: Socket) => this.#connections.opened(socket));
    // Answered with 100 when its body is wanted, and else with what is wrong.
    this.#server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
      this.#server.emit('request', request, response);
    });
  }

  async #listen(): Promise<void> {
    const { host, port } = this.#options;
    try {
      await this.#app.listen({ host, port });
    } catch (error) {
      throw bindFailure(error, 'HTTP', host, port);
    }
  }

  async #admit(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    reply.headers(HEADERS);
    const { socket } = request.raw;
    const host = hostOf(socket);
    const hasPlace = this.#connections.began(socket);
    this.#counts.open += 1;
    this.#open.set(host, this.#openOf(host) + 1);
    reply.raw.once('close', () => {
      this.#connections.ended(socket);
      this.#counts.open -= 1;
      if (this.#openOf(host) > 1) this.#open.set(host, this.#openOf(host) - 1);
      else this.#open.delete(host);
      this.#counts.answered(request.method, reply.raw.statusCode);
      letGo(request.raw);
    });
    if (!hasPlace) {
      throw new Refusal(503, 'Too many connections are open.', { 'retry-after': '1', connection: 'close' });
    }
    const { openRequests } = this.#options.limits;
    if (this.#counts.open > openRequests || this.#openOf(host) > placesOf(host, openRequests)) {
      throw new Refusal(503, 'Too many requests are open.', { 'retry-after': '1' });
    }
    const { allowedHosts, token } = this.#options;
    guard(request.raw, { allowedHosts, token });
  }

  #openOf(host: string): number {
    return this.#open.get(host) ?? 0;
  }

  #front(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    reply.headers({ 'cache-control': 'no-store', vary: 'accept' });
    if (wantsJson(request.headers.accept)) return reply.send(overview(this.#entries, request.query));
    return reply.type('text/html; charset=utf-8').header('content-security-policy', PAGE_POLICY).send(PAGE);
  }

  #fail(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    // A client that went away in the middle is nobody's fault, and hears no answer.
    if (request.raw.destroyed && !request.raw.complete) return;
    const { status, message, headers } = answerTo(error);
    if (status >= 500 && status !== 503) this.#options.warn(`${request.method} ${request.url}: ${message}`);
    reply.code(status).headers(headers).send({ error: message });
  }
}

function serverOptions(limits: GatewayLimits) {
  const headersTimeout = limits.headerSeconds * 1000;
  return {
    // Checked where an entry is read, as far as it comes.
    bodyLimit: Number.MAX_SAFE_INTEGER,
    connectionTimeout: limits.idleSeconds * 1000,
    keepAliveTimeout: KEEP_ALIVE,
    // An entry may take days, as long as it moves.
    requestTimeout: 0,
    forceCloseConnections: true,
    exposeHeadRoutes: false,
    http: {
      headersTimeout,
      maxHeaderSize: limits.headerBytes,
      connectionsCheckingInterval: Math.max(100, headersTimeout / 4),
    },
    routerOptions: { maxParamLength: limits.headerBytes },
    // Neither of these comes by the hooks: a path that cannot be decoded, and what is no request at all.
    frameworkErrors: (error: Error, _request: FastifyRequest, reply: FastifyReply) => {
      const { status, message } = answerTo(error);
      reply.headers(HEADERS).code(status).send({ error: message });
    },
    clientErrorHandler: answerByHand,
  } as const;
}

/** To what the parser of HTTP did not understand, or waited for in vain. */
function answerByHand(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = PARSER_STATUS[error.code ?? ''] ?? 400;
  const body = JSON.stringify({ error: STATUS_CODES[status] });
  const headers = {
    ...HEADERS,
    'content-type': 'application/json; charset=utf-8',
    'content-length': body.length,
    connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, ...lines, '', body].join('\r\n'));
}

const PARSER_STATUS: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
};

/** A client that still sends what nobody wants gets a moment to read the answer. */
function letGo(request: IncomingMessage): void {
  if (request.complete || request.destroyed) return;
  const timer = setTimeout(() => request.socket.destroy(), LINGER).unref();
  void once(request, 'close').finally(() => clearTimeout(timer));
  request.resume();
}

function allowed({ request }: FastifyReply): string {
  return request.url.split('?', 1)[0] === '/' ? 'GET, HEAD, POST' : 'GET, HEAD, PUT, DELETE';
}

const STATUS_OF: Partial<Record<FailureCode, number>> = {
  'too-large': 413,
  'no-space': 507,
  'no-servers': 504,
  interrupted: 503,
};

interface Answer {
  readonly status: number;
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
}

function answerTo(error: unknown): Answer {
  if (error instanceof Refusal) return error;
  if (error instanceof Failure) {
    return {
      status: STATUS_OF[error.code] ?? 500,
      message: `${error.message} ${error.hint}`.trim(),
      headers: {},
    };
  }
  // Those of the server library are about what the client has sent.
  if (error instanceof Error && 'statusCode' in error && Number(error.statusCode) < 500) {
    return { status: Number(error.statusCode), message: error.message, headers: {} };
  }
  return { status: 500, message: error instanceof Error ? error.message : String(error), headers: {} };
}
