import type { IncomingMessage, ServerResponse } from 'node:http';
import { Refusal } from './guard.ts';

/** Bytes that have to arrive in every stretch of the idle time: who sends less holds a request for nothing. */
const LEAST_IN_TIME = 16 * 1024;

/**
 * The body of a writing request, piece by piece as it is asked for. It ends only when all that was announced has
 * come: a client that breaks off, or is too slow, has it reject. The request is left open, so that it can be
 * answered, whatever becomes of the body.
 *
 * Throws Refusal: 400 for part of an entry, 411 without length, 413 for too much, 415 for an encoding.
 */
export function uploadOf(
  request: IncomingMessage,
  response: ServerResponse,
  limits: { readonly mostBytes: number; readonly idleSeconds: number },
): AsyncIterable<Uint8Array> {
  const { headers } = request;
  const length = headers['content-length'];
  if (headers['content-range'] !== undefined) {
    throw new Refusal(400, 'An entry is put whole, not in ranges (RFC 9110, 14.5).');
  }
  if (headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity') {
    throw new Refusal(415, 'Send the entry as it is, without Content-Encoding.', {
      'accept-encoding': 'identity',
    });
  }
  if (length === undefined && headers['transfer-encoding'] === undefined) {
    throw new Refusal(411, 'Say how long the entry is, or send it in chunks.');
  }
  if (Number(length ?? 0) > limits.mostBytes) {
    throw new Refusal(413, `An entry may have ${limits.mostBytes} bytes at most.`);
  }
  return body(request, response, limits.idleSeconds);
}

async function* body(
  request: IncomingMessage,
  response: ServerResponse,
  idleSeconds: number,
): AsyncGenerator<Uint8Array> {
  // Only now: who is refused need not send anything.
  if (request.headers.expect !== undefined) response.writeContinue();
  let arrived = 0;
  // While the disk is waited for, the client has nothing to hurry for.
  let isItsTurn = true;
  const watch = setInterval(() => {
    if (isItsTurn && arrived < LEAST_IN_TIME) request.destroy(new Error('the body came too slowly'));
    arrived = 0;
  }, idleSeconds * 1000);
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      arrived += chunk.length;
      isItsTurn = false;
      yield chunk;
      isItsTurn = true;
    }
  } finally {
    clearInterval(watch);
  }
}
