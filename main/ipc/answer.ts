/** A request of the window, from what came to the result that goes back. */
import { Failure } from '../../core/failure.ts';
import type { RequestName, Requests, Result } from '../../preload/contract.ts';
import { problemOf } from '../problem.ts';
import { parsers } from './parsers.ts';

/** One answer for each request; what it throws becomes the problem of the result. */
export type Answers = {
  readonly [N in RequestName]: (argument: Requests[N][0]) => Requests[N][1] | Promise<Requests[N][1]>;
};

/** Parses, answers, and never rejects. Of an argument that cannot be parsed nothing is repeated. */
export async function answer<N extends RequestName>(
  answers: Answers,
  name: N,
  argument: unknown,
): Promise<Result<Requests[N][1]>> {
  try {
    const parsed = parsers[name].safeParse(argument);
    if (!parsed.success)
      throw new Failure('usage', `The window asked for "${name}" in a way that is not known.`);
    return { ok: true, value: await answers[name](parsed.data) };
  } catch (error) {
    return { ok: false, problem: problemOf(error) };
  }
}
