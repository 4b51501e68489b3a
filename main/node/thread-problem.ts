import type { Problem } from '../../core/api.ts';
import { Failure } from '../../core/failure.ts';

/** An error as the main thread is told of it: errors lose their fields where they cross. */
export function threadProblem(error: unknown): Problem {
  if (error instanceof Failure) {
    const { code, message, hint, refused } = error;
    return { code, message, hint, ...(refused && { refused }) };
  }
  return { code: 'internal', message: error instanceof Error ? error.message : String(error), hint: '' };
}
