import type { Node, TransferSnapshot } from '../core/api.ts';
import { Failure, type FailureCode } from '../core/failure.ts';
import type { GetCommand } from './arguments.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { followTransfer, STOPPED } from './follow.ts';
import { type Context, interrupted, withNode } from './host.ts';
import type { Report } from './report.ts';
import { serverWords } from './server-words.ts';
import { Silence } from './silence.ts';
import { standing } from './standpoint.ts';
import { count, formatBytes, formatProgress } from './text.ts';
import { WAITING_WORDS } from './waiting-words.ts';

const SHORT =
  'This link is short: it protects against mistakes, not against somebody who makes another file with the same id. ' +
  'If that matters, ask for the full link.';

/** Fetches, or goes on fetching, until all is verified; prints the path. */
export async function get(command: GetCommand, context: Context): Promise<ExitCode> {
  const { host } = context;
  const engine = await host.engine();
  const { link: named, ignored } = engine.readLink(command.link);
  for (const address of command.from) {
    engine.parseAddress(address);
  }
  const { port, limit, lan, seed, background } = command;
  const options = {
    lan,
    eager: true,
    ...(port !== undefined && { port }),
    ...(limit !== undefined && { downloadLimit: limit }),
  };
  if (ignored.length > 0) {
    context.report.note(`left out of the link, since this version does not know it: ${ignored.join(' ')}`);
  }
  if (named.key === undefined && named.digest === undefined) {
    context.report.note(SHORT);
  }
  return withNode(context, engine, options, async (node) => {
    const { link, from, name } = command;
    const into = standing(host, command.out);
    engine.makeFolder(into);
    const request = { link, from, into, ...(name !== undefined && { name }) };
    const fetching = node.fetch({ ...request, seed, background });
    // A part that is laid out, or hashed again, takes its time; closing the node makes it end.
    const begun = await Promise.race([fetching, interrupted(host.interrupt)]);
    if (begun === undefined) {
      fetching.catch(() => undefined);
      throw interruption(undefined);
    }
    const { key } = begun;
    await complete(node, key, command, context);
    if (seed) {
      await interrupted(host.interrupt);
    }
    return EXIT.done;
  });
}

async function complete(node: Node, key: number, command: GetCommand, context: Context): Promise<void> {
  const { host, report } = context;
  const silence = new Silence(command.timeout * 1000);
  const teller = new Teller(report);
  let last: TransferSnapshot | undefined;
  try {
    const stop = AbortSignal.any([host.interrupt, silence.expired]);
    const end = await followTransfer(node, key, stop, (transfer) => {
      last = transfer;
      silence.see(transfer);
      return teller.see(transfer);
    });
    if (end !== STOPPED) {
      return;
    }
  } finally {
    silence.end();
  }
  if (host.interrupt.aborted) {
    throw interruption(last);
  }
  if (last?.bytes === undefined) {
    // Nothing is known of it but the id, which may be mistyped: not worth keeping.
    await node.remove(key, { deleteFiles: true });
  }
  throw nothingButLies(last) ?? noServers(command, last);
}

/** Refusals of the disk that end without anybody telling the node. */
const WAITED_FOR: { readonly [code in FailureCode]?: string } = {
  'no-space': 'for room',
  busy: 'for the other program',
};

/** Tells what happens to a transfer, each thing once. */
class Teller {
  readonly #report: Report;
  #started = false;
  #stalled = false;

  constructor(report: Report) {
    this.#report = report;
  }

  /** Returns true when done; throws Failure when it cannot go on. */
  see(transfer: TransferSnapshot): true | undefined {
    if (transfer.state === 'failed') {
      throw problemOf(transfer);
    }
    if (!this.#started && transfer.bytes !== undefined) {
      this.#started = true;
      this.#report.started(transfer);
    }
    if (transfer.state === 'done') {
      this.#report.done(transfer);
      return true;
    }
    this.#tellStall(transfer);
    this.#report.progress(transfer);
    return undefined;
  }

  /**
   * Room on the disk may be made while we wait, and other programs close their files; other stalls need somebody who
   * can tell the node what to do. Where there is no room to begin with, nothing is lost by saying so and ending.
   */
  #tellStall(transfer: TransferSnapshot): void {
    const stalled = transfer.state === 'stalled';
    const hasBegun = transfer.blocks !== undefined;
    const waitsFor = hasBegun ? WAITED_FOR[transfer.problem?.code ?? 'internal'] : undefined;
    if (stalled && waitsFor === undefined) {
      throw problemOf(transfer);
    }
    if (stalled && !this.#stalled && transfer.problem !== undefined) {
      this.#report.problem(transfer.problem);
      this.#report.note(`Waiting ${waitsFor}; it goes on by itself.`);
    }
    this.#stalled = stalled;
  }
}

function problemOf({ state, problem }: TransferSnapshot): Failure {
  return problem === undefined
    ? new Failure('internal', `the transfer is ${state} and does not say why`)
    : new Failure(problem.code, problem.message, problem.hint);
}

function interruption(last: TransferSnapshot | undefined): Failure {
  const bytes = last?.bytes;
  const kept =
    last === undefined
      ? 'before it had begun'
      : bytes === undefined || bytes === 0
        ? 'before anything arrived'
        : `at ${formatProgress(last.verified / bytes)} of ${formatBytes(bytes)}; what arrived is kept`;
  return new Failure('interrupted', `stopped ${kept}`, 'Run the same command again to go on.');
}

/** When something came, and all of it from servers that were found to pour what is not of the link. */
function nothingButLies(last: TransferSnapshot | undefined): Failure | undefined {
  const came = (last?.servers ?? []).filter(({ droplets }) => droplets > 0);
  if (came.length === 0 || !came.every(({ state }) => state === 'banned')) return undefined;
  const whose = came.length === 1 ? `server ${came[0].address}` : count(came.length, 'server');
  return new Failure(
    'verification-failed',
    `what came from ${whose} is not what the link stands for (${states(came)})`,
    'Check the link with whoever sent it, behind d= too, or name a server that you trust with --from.',
  );
}

function noServers({ timeout }: GetCommand, last: TransferSnapshot | undefined): Failure {
  const { servers = [], waiting = 'servers', unresolved = [] } = last ?? {};
  const { what, next } = WAITING_WORDS[waiting];
  const asked = servers.length === 1 ? servers[0].address : count(servers.length, 'server');
  const whom = servers.length === 0 ? '' : ` for ${asked}: ${states(servers)}`;
  const names = unresolved.length === 0 ? '' : `; not found: ${unresolved.join(', ')}`;
  return new Failure('no-servers', `${what} (waited ${timeout} s${whom}${names})`, next);
}

function states(servers: TransferSnapshot['servers']): string {
  return [...new Set(servers.map(serverWords))].join(', ');
}
