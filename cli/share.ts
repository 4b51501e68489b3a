import { isIP } from 'node:net';
import type { Node, ShareSnapshot } from '../core/api.ts';
import { Failure } from '../core/failure.ts';
import type { ShareCommand } from './arguments.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { followShare, STOPPED } from './follow.ts';
import { type Context, withNode } from './host.ts';
import type { Report } from './report.ts';
import { isToBeReadAgain, shareAgain } from './share-again.ts';
import { standing } from './standpoint.ts';

/** Shares, prints the link as soon as it is known, and serves until interrupted, or until the files are not as they were. */
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
    const request = {
      paths: command.paths.map((path) => standing(host, path)),
      public: command.public,
      ...(command.yes && { sure: true }),
      ...(command.skip && { skip: true }),
      ...(command.name !== undefined && { name: command.name }),
      ...(command.as !== undefined && { as: command.as }),
    };
    const ready = (key: number): Promise<ShareSnapshot> => readied(node, key, context);
    const first = await node.share(request).catch((error) => {
      throw withSkipNamed(error);
    });
    let share = await ready(first.key);
    for (;;) {
      report.shared(share, node.snapshot());
      const end = await followShare(node, share.key, host.interrupt, (now) => stillServing(now, report));
      if (end === STOPPED) return EXIT.done;
      if (!command.watch || !isToBeReadAgain(end)) throw problemOf(end);
      if (end.problem !== undefined) report.problem(end.problem);
      const again = await shareAgain(node, end, request, ready, host.interrupt).catch(
        unlessAborted(host.interrupt),
      );
      if (again === STOPPED) return EXIT.done;
      share = again;
    }
  });
}

/** Undefined as long as it is served. */
function stillServing(share: ShareSnapshot, report: Report): ShareSnapshot | undefined {
  if (share.state !== 'serving') return share;
  report.serving(share);
  return undefined;
}

/** What was broken off by the person is no failure. */
function unlessAborted(signal: AbortSignal): (error: unknown) => typeof STOPPED {
  return (error) => {
    if (signal.aborted) return STOPPED;
    throw error;
  };
}

/** What cannot be shared can be left out, by an option that the engine does not know. */
function withSkipNamed(error: unknown): unknown {
  if (!(error instanceof Failure) || error.refused === undefined) return error;
  const hint = `${error.hint} With --skip the rest is shared.`;
  return new Failure(error.code, error.message, hint, error, error.refused);
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

function problemOf({ state, name, problem }: ShareSnapshot): Failure {
  return problem === undefined
    ? new Failure('internal', `${name} is not served: ${state}`)
    : new Failure(problem.code, problem.message, problem.hint);
}
