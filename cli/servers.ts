import type { Node } from '../core/api.ts';
import type { ServersCommand } from './arguments.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { type Context, withNode } from './host.ts';
import { standing } from './standpoint.ts';

/** Shows or changes the list of servers that every transfer asks. */
export async function servers(command: ServersCommand, context: Context): Promise<ExitCode> {
  const engine = await context.host.engine();
  if (command.act === 'add' || command.act === 'rm') {
    engine.parseAddress(command.address);
  }
  return withNode(context, engine, { lan: false }, async (node) => {
    await carryOut(command, node, context);
    return EXIT.done;
  });
}

async function carryOut(command: ServersCommand, node: Node, { host, report }: Context): Promise<void> {
  switch (command.act) {
    case 'list':
      report.servers(node.servers());
      break;
    case 'add':
      await node.addServer(command.address);
      report.serverChanged('added', command.address);
      break;
    case 'rm':
      await node.removeServer(command.address);
      report.serverChanged('removed', command.address);
      break;
    case 'import': {
      const file = standing(host, command.file);
      report.imported(file, await node.importServers(file));
      break;
    }
  }
}
