import { Failure, type FailureCode } from '../../../core/failure.ts';

/** What `parse` gives; undefined when it refuses with one of these codes. Any other error comes through. */
export function unlessRefused<T>(codes: readonly FailureCode[], parse: () => T): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof Failure && codes.includes(error.code)) return undefined;
    throw error;
  }
}
