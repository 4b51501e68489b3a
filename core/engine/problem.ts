import { Failure } from '../failure.ts';
import { withUnseenShown } from '../plain-text.ts';
import type { Problem } from './messages.ts';

/** An error as a value that crosses threads. What is not a Failure is a bug, and is named as one. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Failure) {
    const { code, hint, refused } = error;
    return { code, message: withUnseenShown(error.message), hint, ...(refused && { refused }) };
  }
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: 'internal', message, hint: 'Please report this.' };
}

export function failureOf(problem: Problem): Failure {
  return new Failure(problem.code, problem.message, problem.hint, undefined, problem.refused);
}
