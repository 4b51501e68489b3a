import { EXIT, type ExitCode } from './exit-codes.ts';
import { type Context, withNode } from './host.ts';

/** Lists what the data folder knows. */
export async function ls(context: Context): Promise<ExitCode> {
  const engine = await context.host.engine();
  return withNode(context, engine, { lan: false }, async (node) => {
    context.report.list(node.snapshot());
    return EXIT.done;
  });
}
