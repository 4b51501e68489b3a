import type { Problem } from '../core/api.ts';
import { Failure } from '../core/failure.ts';

/** An error as the window is told of it. What is not a Failure is a bug: its message may hold paths, and stays here. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Failure) {
    const { code, message, hint, refused } = error;
    return { code, message, hint, ...(refused && { refused }) };
  }
  console.error(error);
  return { code: 'internal', message: 'Something went wrong inside the app.', hint: 'Please report this.' };
}
