import { isIP } from 'node:net';
import type { Node, ShareSnapshot } from '../core/api.ts';
import { Failure } from '../core/failure.ts';
import type { ShareCommand } from './arguments.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { followShare, STOPPED } from './follow.ts';
import { type Context, withNode } from './host.ts';
import type { Report } from './report.ts';
import { standing } from './standpoint.ts';

/** Shares, prints the link as soon as it is known, and serves until interrupted. */
export async function share(command: ShareCommand, context: Context): Promise<ExitCode> {
  const { host, report } = context;
  const engine = await host.engine();
  if (command.as !== undefined) {
    engine.parseLink(command.as);
  }
  const { bind, port, limit, lan } = command;
  if (bind !== undefined && isIP(bind) === 0) {
    throw new Failure(
      'bad-address',
      `"${bind}" is no address of an interface`,
      'Write an IPv4 or IPv6 address.',
    );
  }
  const options = {
    lan,
    eager: true,
    ...(port !== undefined && { port }),
    ...(bind !== undefined && { bind }),
    ...(limit !== undefined && { uploadLimit: limit }),
  };
  return withNode(context, engine, options, async (node) => {
    const { key } = await node.share({
      paths: command.paths.map((path) => standing(host, path)),
      public: command.public,
      ...(command.name !== undefined && { name: command.name }),
      ...(command.as !== undefined && { as: command.as }),
    });
    report.shared(await readied(node, key, context), node.snapshot());
    const troubles = new Troubles(report);
    await followShare(node, key, host.interrupt, (share) => {
      troubles.see(share);
      report.serving(share);
      return undefined;
    });
    return EXIT.done;
  });
}

/** The share once it can be fetched; what comes to nothing is not left in the list, where nothing could name it. */
async function readied(node: Node, key: number, { host, report }: Context): Promise<ShareSnapshot> {
  try {
    const ready = await followShare(node, key, host.interrupt, (share) => readyOrHashing(share, report));
    if (ready !== STOPPED) {
      return ready;
    }
    throw new Failure('interrupted', 'stopped before everything was read', 'Run the same command again.');
  } catch (error) {
    await node.remove(key, { deleteFiles: false });
    throw error;
  }
}

function readyOrHashing(share: ShareSnapshot, report: Report): ShareSnapshot | undefined {
  if (share.state === 'hashing') {
    report.hashing(share);
    return undefined;
  }
  if (share.state !== 'serving') {
    throw problemOf(share);
  }
  return share;
}

/** Tells each trouble of a share once; fails when it will not be served again. */
class Troubles {
  readonly #report: Report;
  #state: ShareSnapshot['state'] = 'serving';

  constructor(report: Report) {
    this.#report = report;
  }

  see(share: ShareSnapshot): void {
    if (share.state === 'failed') {
      throw problemOf(share);
    }
    if (share.state !== this.#state && share.problem !== undefined) {
      this.#report.problem(share.problem);
    }
    this.#state = share.state;
  }
}

function problemOf({ state, name, problem }: ShareSnapshot): Failure {
  return problem === undefined
    ? new Failure('internal', `${name} is not served: ${state}`)
    : new Failure(problem.code, problem.message, problem.hint);
}
