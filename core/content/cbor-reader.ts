import { type Token, Tokenizer, Type } from 'cborg';
import { Failure } from '../failure.ts';

/** Keeps a byte order mark, which the decoder of the library drops. */
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads CBOR that is expected to have one shape, item by item, and so allocates nothing that the shape does
 * not allow, however the bytes are made. Every method throws Failure('bad-manifest') for anything else.
 */
export class CborReader {
  readonly #bytes: Uint8Array;
  readonly #tokens: Tokenizer;

  constructor(bytes: Uint8Array) {
    // Were it a Buffer, byte strings in it would be views of it and not copies.
    this.#bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const options = { strict: true, allowIndefinite: false, retainStringBytes: true };
    this.#tokens = new Tokenizer(this.#bytes, options);
  }

  /** The number of items of an array that begins here. */
  array(what: string, most: number): number {
    return this.#bounded(Type.array, what, most);
  }

  /** The number of pairs of a map that begins here. */
  map(what: string, most: number): number {
    return this.#bounded(Type.map, what, most);
  }

  uint(what: string, most: number): number {
    return this.#bounded(Type.uint, what, most);
  }

  bytes(what: string): Uint8Array {
    return this.#next(Type.bytes, what).value as Uint8Array;
  }

  text(what: string): string {
    const { byteValue } = this.#next(Type.string, what);
    try {
      return UTF8.decode(byteValue);
    } catch {
      throw badManifest(`${what} is no valid UTF-8`);
    }
  }

  bool(what: string): boolean {
    const token = this.#token(what);
    if (!Type.equals(token.type, Type.true) && !Type.equals(token.type, Type.false)) throw wrong(what, token);
    return token.value as boolean;
  }

  end(): void {
    if (!this.#tokens.done()) throw badManifest(`${this.#bytes.length - this.#tokens.pos()} bytes too many`);
  }

  #bounded(type: Type, what: string, most: number): number {
    const value = this.#next(type, what).value as number;
    if (value > most) throw badManifest(`${what} is ${value}, more than ${most}`);
    return value;
  }

  #next(type: Type, what: string): Token {
    const token = this.#token(what);
    if (!Type.equals(token.type, type)) throw wrong(what, token);
    return token;
  }

  #token(what: string): Token {
    if (this.#tokens.done()) throw badManifest(`it ends before ${what}`);
    try {
      return this.#tokens.next();
    } catch (error) {
      throw badManifest(`${what} is no CBOR (${error instanceof Error ? error.message : error})`);
    }
  }
}

/** The failure of a manifest that is not what it should be; `reason` follows "The manifest is not valid: ". */
export function badManifest(reason: string): Failure {
  return new Failure('bad-manifest', `The manifest is not valid: ${reason}.`, 'Ask for another link.');
}

function wrong(what: string, token: Token): Failure {
  return badManifest(`${what} has the wrong type (${token.type.name})`);
}
