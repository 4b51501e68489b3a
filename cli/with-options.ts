import { Failure } from '../core/failure.ts';
import type { AnyCommand } from './arguments.ts';

/** What a command takes to listen elsewhere. */
const LISTENING: Partial<Record<AnyCommand['kind'], string>> = {
  share: '--port and --bind',
  get: '--port',
  node: '--port and --http',
};

/** The failure of a command, with the options that mend it: the engine, which an app drives too, knows of none. */
export function withOptions(failure: Failure, command: AnyCommand['kind'] | undefined): Failure {
  const { code, message, hint, cause } = failure;
  if (code === 'sensitive-folder')
    return new Failure(code, message, `${hint} If that is meant, say --yes.`, cause);
  const options = command && LISTENING[command];
  if (options === undefined || (code !== 'port-taken' && code !== 'bind-failed')) return failure;
  return new Failure(code, message, `${hint} See ${options}.`, cause);
}
