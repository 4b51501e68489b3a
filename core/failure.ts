/**
 * Every way in which a command can fail, by the code that hosts, scripts and translations know it by.
 * A message says what happened, to what; `hint` says what to do next.
 */
export type FailureCode =
  | 'usage'
  | 'bad-link'
  | 'bad-address'
  | 'bad-rate'
  | 'bad-size'
  | 'bad-entry-id'
  | 'no-such-path'
  | 'unreadable'
  | 'not-a-file'
  | 'sensitive-folder'
  | 'bad-name'
  | 'too-many-files'
  | 'too-large'
  | 'changed-while-read'
  | 'not-the-same-content'
  | 'no-permission'
  | 'no-space'
  | 'open-to-others'
  | 'names-replaced'
  | 'no-inodes'
  | 'disk'
  | 'file-too-large'
  | 'name-too-long'
  | 'in-the-way'
  | 'busy'
  | 'too-many-open'
  | 'no-memory'
  | 'connection-lost'
  | 'part-file-lost'
  | 'bad-manifest'
  | 'wrong-key'
  | 'verification-failed'
  | 'no-servers'
  | 'unresolvable'
  | 'lan-unavailable'
  | 'port-taken'
  | 'bind-failed'
  | 'data-folder-in-use'
  | 'database-corrupt'
  | 'database-foreign'
  | 'database-newer'
  | 'unknown-resource'
  | 'bad-config'
  | 'interrupted'
  | 'internal';

/** What of many things stands in the way, when it is more than a message can hold. */
export interface Refused {
  readonly count: number;
  /** The first of them. `reason` is a sentence without its end, about "it". */
  readonly entries: readonly { readonly path: string; readonly reason: string }[];
}

/** An error with a code that a caller decides on; everything else that is thrown is a bug. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: FailureCode;
  /** What the person can do next; one sentence, may be empty. */
  readonly hint: string;
  readonly refused: Refused | undefined;

  constructor(code: FailureCode, message: string, hint = '', cause?: unknown, refused?: Refused) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.hint = hint;
    this.refused = refused;
  }
}
