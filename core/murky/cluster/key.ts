/** What a cluster's members can do and nobody else: seal datagrams, and say what a range of records hashes to. */
import { blake3 } from '../../content/blake3.ts';
import { putResource, u32 } from '../../wire/fields.ts';
import { type EntryRecord, encodeRecord } from '../record.ts';

export const MAC_BYTES = 16;
const NO_SECRET = new Uint8Array(0);

/** Seals and checks datagrams: their last 16 bytes are a MAC over all before. */
export class Seal {
  readonly #key: Uint8Array;

  /** `key`: 32 bytes. */
  constructor(key: Uint8Array) {
    this.#key = key;
  }

  /** Writes the MAC into the end of `datagram`, and gives it back. */
  close(datagram: Uint8Array): Uint8Array {
    const end = datagram.length - MAC_BYTES;
    datagram.set(this.#mac(datagram.subarray(0, end)), end);
    return datagram;
  }

  holds(datagram: Uint8Array): boolean {
    const end = datagram.length - MAC_BYTES;
    const mac = this.#mac(datagram.subarray(0, end));
    let difference = 0;
    for (let i = 0; i < MAC_BYTES; i++) difference |= mac[i] ^ datagram[end + i];
    return difference === 0;
  }

  #mac(bytes: Uint8Array): Uint8Array {
    return blake3.keyedHash(this.#key, bytes).subarray(0, MAC_BYTES);
  }
}

export class ClusterKey {
  /** Of datagrams outside a session: greetings. */
  readonly greetings: Seal;
  readonly #sessions: Uint8Array;
  readonly #records: Uint8Array;

  /**
   * `secret`: bytes nobody can guess (a word a person made up can be, from one recorded datagram); undefined for a
   * cluster without: then seals keep out accidents and nobody else.
   */
  constructor(secret: Uint8Array | undefined) {
    const material = secret ?? NO_SECRET;
    this.greetings = new Seal(blake3.deriveKey('pouring-rain 2026-11 murky greeting', material));
    this.#sessions = blake3.deriveKey('pouring-rain 2026-11 murky session', material);
    this.#records = blake3.deriveKey('pouring-rain 2026-11 murky record', material);
  }

  /**
   * The seal of what `caller` and `called` say in one session. Both ids are in it, so that nothing said to one node
   * holds for another, and something fresh of both sides (`nonce` and `cookie`), so that nothing holds twice.
   */
  session(caller: string, called: string, nonce: string, cookie: Uint8Array): Seal {
    const material = new Uint8Array(24 + cookie.length);
    putResource(material, 0, caller);
    putResource(material, 8, called);
    putResource(material, 16, nonce);
    material.set(cookie, 24);
    return new Seal(blake3.keyedHash(this.#sessions, material));
  }

  /** 64 bits that nobody outside can predict, so that nobody can choose records that add up to others. */
  hashOf(record: EntryRecord): bigint {
    const hash = blake3.keyedHash(this.#records, encodeRecord(record));
    return (BigInt(u32(hash, 0)) << 32n) | BigInt(u32(hash, 4));
  }
}
