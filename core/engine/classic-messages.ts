/** What a node and its network thread tell each other about the classic wire. */
import type { ClassicContent, ClassicServerEvent } from '../protocol/classic-server.ts';

export type ToClassic =
  /** From now on classic requests are heard, of these: see AddressList. */
  | { readonly type: 'open'; readonly allow: readonly string[] }
  | { readonly type: 'close' }
  /** The answer to a `lookup`. */
  | { readonly type: 'content'; readonly resource: string; readonly content: ClassicContent }
  /** Answered by a ClassicOutcome. Not while another fetch of the same resource runs. */
  | {
      readonly type: 'fetch';
      readonly call: number;
      readonly resource: string;
      /** `ip:port` */
      readonly servers: readonly string[];
      /** BLAKE3 of the bytes, where it is known. */
      readonly digest: Uint8Array | undefined;
    }
  | { readonly type: 'propagate'; readonly resource: string; readonly to: readonly string[] };

export type FromClassic = ClassicServerEvent;
