/** Who may ask: whom browsers may be made to speak for, and who knows the token. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { blake3 } from '../../content/blake3.ts';
import { sameBytes } from '../../content/seal.ts';

/** A request that is turned away, and with what. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

export interface GuardOptions {
  /** Lower-case names by which the gateway may be called. */
  readonly allowedHosts: readonly string[];
  readonly token: string | undefined;
}

const CHALLENGE = 'Bearer realm="Murky Waters", Basic realm="Murky Waters", charset="UTF-8"';

/** Throws Refusal. */
export function guard(request: IncomingMessage, { allowedHosts, token }: GuardOptions): void {
  const { method, headers } = request;
  const { host } = headers;
  const { host: hosts = [] } = request.headersDistinct;
  if (hosts.length > 1) throw new Refusal(400, 'Two hosts are asked.');
  if (host !== undefined && !isOurs(host, allowedHosts)) {
    throw new Refusal(421, `This gateway is not "${host}". Add it to "allowed-hosts" if it is.`);
  }
  if (method !== 'GET' && method !== 'HEAD') checkOrigin(headers);
  if (token !== undefined && !knows(headers.authorization, token)) {
    throw new Refusal(401, 'A token is needed.', { 'www-authenticate': CHALLENGE });
  }
}

/**
 * A page that resolves its own name to this machine (DNS rebinding) speaks under that name: so names must be
 * known, and addresses may be any. No browser leaves the header out.
 */
function isOurs(host: string, allowedHosts: readonly string[]): boolean {
  const name = host.toLowerCase().replace(/:\d*$/, '');
  if (name === 'localhost' || isIP(name) === 4 || allowedHosts.includes(name)) return true;
  return name.startsWith('[') && name.endsWith(']') && isIP(name.slice(1, -1)) === 6;
}

/** A form or script of another site must not write: browsers say whose page a writing request is from. */
function checkOrigin(headers: IncomingHttpHeaders): void {
  const { origin, host } = headers;
  const site = headers['sec-fetch-site'];
  const isForeign = site !== undefined && site !== 'same-origin' && site !== 'none';
  if (isForeign || (origin !== undefined && origin.replace(/^https?:\/\//i, '') !== host)) {
    throw new Refusal(403, 'Pages of other sites may not write here.');
  }
}

/** `Bearer TOKEN`, or `Basic` with it as password, which browsers ask a person for. */
function knows(authorization: string | undefined, token: string): boolean {
  const [, scheme, value] = /^(bearer|basic) +(\S+) *$/i.exec(authorization ?? '') ?? [];
  if (value === undefined) return false;
  const shown =
    scheme.toLowerCase() === 'bearer'
      ? value
      : Buffer.from(value, 'base64')
          .toString()
          .replace(/^[^:]*:/, '');
  // Digests, so that the time it takes says nothing of the token, nor of its length.
  return sameBytes(blake3.hash(Buffer.from(shown)), blake3.hash(Buffer.from(token)));
}
