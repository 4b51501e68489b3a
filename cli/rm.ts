import { Failure } from '../core/failure.ts';
import type { RemoveCommand } from './arguments.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import { type Context, withNode } from './host.ts';

/** Removes every share and transfer of a resource. */
export async function rm({ id: text, deleteFiles }: RemoveCommand, context: Context): Promise<ExitCode> {
  const engine = await context.host.engine();
  const { id } = engine.parseLink(text);
  return withNode(context, engine, { lan: false }, async (node) => {
    const { shares, transfers } = node.snapshot();
    const items = [
      ...shares.map((share) => ({ what: 'share' as const, ...share })),
      ...transfers.map((transfer) => ({ what: 'transfer' as const, ...transfer })),
    ].filter((item) => item.id === id);
    if (items.length === 0) {
      throw new Failure('unknown-resource', `nothing with the id ${id} is here`, '`rain ls` lists what is.');
    }
    for (const { key } of items) {
      await node.remove(key, { deleteFiles });
    }
    context.report.removed(items.map(({ what, name }) => ({ what, id, name })));
    return EXIT.done;
  });
}
