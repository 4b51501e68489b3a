import type { FailureCode } from '../core/failure.ts';

/** How a command ends, for scripts; `rain --help` lists them. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  noServer: 3,
  notVerified: 4,
  disk: 5,
  dataFolderInUse: 6,
  /** 128 + SIGINT, as shells have it. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What the help says about each. */
export const EXIT_MEANINGS: Readonly<Record<ExitCode, string>> = {
  0: 'done',
  1: 'failed',
  2: 'wrong usage: unknown option, malformed link, id, address, rate or size, or a whole home folder without --yes',
  3: 'no server has it, or none answers',
  4: 'verification failed: what came is not what was asked for',
  5: 'disk: no space, no permission, part file lost',
  6: 'the data folder is in use by another rain',
  130: 'interrupted; the same command again goes on where it was',
};

const BY_FAILURE: Readonly<Record<FailureCode, ExitCode>> = {
  usage: EXIT.usage,
  'bad-link': EXIT.usage,
  'bad-address': EXIT.usage,
  'bad-rate': EXIT.usage,
  'bad-size': EXIT.usage,
  'bad-entry-id': EXIT.usage,
  'no-such-path': EXIT.failed,
  unreadable: EXIT.disk,
  'not-a-file': EXIT.failed,
  'sensitive-folder': EXIT.usage,
  'bad-name': EXIT.failed,
  'too-many-files': EXIT.failed,
  'too-large': EXIT.failed,
  'changed-while-read': EXIT.failed,
  'not-the-same-content': EXIT.notVerified,
  'no-permission': EXIT.disk,
  'no-space': EXIT.disk,
  'no-inodes': EXIT.disk,
  disk: EXIT.disk,
  'file-too-large': EXIT.disk,
  'name-too-long': EXIT.disk,
  'in-the-way': EXIT.disk,
  busy: EXIT.disk,
  'too-many-open': EXIT.failed,
  'no-memory': EXIT.failed,
  'connection-lost': EXIT.failed,
  'part-file-lost': EXIT.disk,
  'bad-manifest': EXIT.notVerified,
  'wrong-key': EXIT.notVerified,
  'verification-failed': EXIT.notVerified,
  'no-servers': EXIT.noServer,
  unresolvable: EXIT.noServer,
  'port-taken': EXIT.failed,
  'bind-failed': EXIT.failed,
  'lan-unavailable': EXIT.failed,
  'open-to-others': EXIT.failed,
  'names-replaced': EXIT.failed,
  'data-folder-in-use': EXIT.dataFolderInUse,
  'database-corrupt': EXIT.failed,
  'database-foreign': EXIT.failed,
  'database-newer': EXIT.failed,
  'unknown-resource': EXIT.failed,
  'bad-config': EXIT.usage,
  interrupted: EXIT.interrupted,
  internal: EXIT.failed,
};

/** What the process ends with when a command failed in this way. */
export function exitCodeOf(code: FailureCode): ExitCode {
  return BY_FAILURE[code];
}
