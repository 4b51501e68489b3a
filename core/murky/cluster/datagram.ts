/**
 * The four datagrams between members, to bytes and back, without their seals. Byte tables: docs/murky-wire.md. What a
 * request or an answer is about is in its body (bodies.ts).
 */
import { copy, putResource, resource } from '../../wire/fields.ts';
import { put48, u48 } from '../record.ts';
import { COOKIE_BYTES } from './cookies.ts';
import { MAC_BYTES } from './key.ts';
import { MAX_MEMBER_DATAGRAM } from './limits.ts';

const VERSION = 1;

export const KIND_HELLO = 1;
export const KIND_WELCOME = 2;
export const KIND_REQUEST = 3;
export const KIND_ANSWER = 4;

/** Both greetings: so who forges an address makes nobody send more than he does. */
const GREETING_BYTES = 66;
const HELLO_FIELDS = 20;
const REQUEST_HEADER = 42;
const ANSWER_HEADER = 18;
export const REQUEST_ROOM = MAX_MEMBER_DATAGRAM - REQUEST_HEADER - MAC_BYTES;
export const ANSWER_ROOM = MAX_MEMBER_DATAGRAM - ANSWER_HEADER - MAC_BYTES;

export const SUBJECT_TELL = 1;
export const SUBJECT_COMPARE = 2;
export const SUBJECT_WANT = 3;
export const SUBJECT_PEERS = 4;
export type Subject = 1 | 2 | 3 | 4;

/** A node wants to call another. */
export interface Hello {
  readonly kind: typeof KIND_HELLO;
  /** Id of the node that calls, 16 hex digits. */
  readonly caller: string;
  /** 64 random bits of the caller, 16 hex digits. */
  readonly nonce: string;
}

export interface Welcome {
  readonly kind: typeof KIND_WELCOME;
  readonly called: string;
  readonly caller: string;
  readonly nonce: string;
  /** To be shown in every request of the session. */
  readonly cookie: Uint8Array;
  /** Wall clock of the one called, ms since 1970. */
  readonly time: number;
}

export interface Request {
  readonly kind: typeof KIND_REQUEST;
  readonly subject: Subject;
  readonly caller: string;
  readonly nonce: string;
  readonly cookie: Uint8Array;
  /** Never twice the same in a session, u48. */
  readonly counter: number;
  readonly body: Uint8Array;
}

export interface Answer {
  readonly kind: typeof KIND_ANSWER;
  readonly subject: Subject;
  readonly nonce: string;
  /** Of the request. */
  readonly counter: number;
  readonly body: Uint8Array;
}

export type MemberDatagram = Hello | Welcome | Request | Answer;

/** Undefined for what is no such datagram. The seal has still to be checked. */
export function readDatagram(b: Uint8Array): MemberDatagram | undefined {
  if (b.length > MAX_MEMBER_DATAGRAM || b[1] !== VERSION || b[3] !== 0) return undefined;
  if (b[0] === KIND_HELLO) return readHello(b);
  if (b[0] === KIND_WELCOME) return readWelcome(b);
  if (b[0] === KIND_REQUEST) return readRequest(b);
  return b[0] === KIND_ANSWER ? readAnswer(b) : undefined;
}

/** The bytes, with 16 zeros where the seal comes. */
export function writeDatagram(d: MemberDatagram): Uint8Array {
  switch (d.kind) {
    case KIND_HELLO: {
      const b = begin(GREETING_BYTES, d.kind, 0);
      putResource(b, 4, d.caller);
      putResource(b, 12, d.nonce);
      return b;
    }
    case KIND_WELCOME: {
      const b = begin(GREETING_BYTES, d.kind, 0);
      putResource(b, 4, d.called);
      putResource(b, 12, d.caller);
      putResource(b, 20, d.nonce);
      b.set(d.cookie, 28);
      put48(b, 44, d.time);
      return b;
    }
    case KIND_REQUEST: {
      const b = begin(REQUEST_HEADER + d.body.length + MAC_BYTES, d.kind, d.subject);
      putResource(b, 4, d.caller);
      putResource(b, 12, d.nonce);
      b.set(d.cookie, 20);
      put48(b, 36, d.counter);
      b.set(d.body, REQUEST_HEADER);
      return b;
    }
    case KIND_ANSWER: {
      const b = begin(ANSWER_HEADER + d.body.length + MAC_BYTES, d.kind, d.subject);
      putResource(b, 4, d.nonce);
      put48(b, 12, d.counter);
      b.set(d.body, ANSWER_HEADER);
      return b;
    }
  }
}

function begin(length: number, kind: number, subject: number): Uint8Array {
  const b = new Uint8Array(length);
  b[0] = kind;
  b[1] = VERSION;
  b[2] = subject;
  return b;
}

function readHello(b: Uint8Array): Hello | undefined {
  if (b.length !== GREETING_BYTES || b[2] !== 0) return undefined;
  for (let at = HELLO_FIELDS; at < GREETING_BYTES - MAC_BYTES; at++) if (b[at] !== 0) return undefined;
  return { kind: KIND_HELLO, caller: resource(b, 4), nonce: resource(b, 12) };
}

function readWelcome(b: Uint8Array): Welcome | undefined {
  if (b.length !== GREETING_BYTES || b[2] !== 0) return undefined;
  return {
    kind: KIND_WELCOME,
    called: resource(b, 4),
    caller: resource(b, 12),
    nonce: resource(b, 20),
    cookie: copy(b, 28, 28 + COOKIE_BYTES),
    time: u48(b, 44),
  };
}

function readRequest(b: Uint8Array): Request | undefined {
  const subject = subjectOf(b);
  if (b.length < REQUEST_HEADER + MAC_BYTES || subject === undefined) return undefined;
  return {
    kind: KIND_REQUEST,
    subject,
    caller: resource(b, 4),
    nonce: resource(b, 12),
    cookie: copy(b, 20, 20 + COOKIE_BYTES),
    counter: u48(b, 36),
    body: copy(b, REQUEST_HEADER, b.length - MAC_BYTES),
  };
}

function readAnswer(b: Uint8Array): Answer | undefined {
  const subject = subjectOf(b);
  if (b.length < ANSWER_HEADER + MAC_BYTES || subject === undefined) return undefined;
  return {
    kind: KIND_ANSWER,
    subject,
    nonce: resource(b, 4),
    counter: u48(b, 12),
    body: copy(b, ANSWER_HEADER, b.length - MAC_BYTES),
  };
}

function subjectOf(b: Uint8Array): Subject | undefined {
  switch (b[2]) {
    case SUBJECT_TELL:
    case SUBJECT_COMPARE:
    case SUBJECT_WANT:
    case SUBJECT_PEERS:
      return b[2];
    default:
      return undefined;
  }
}
