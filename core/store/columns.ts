import { z } from 'zod';
import type { FailureCode } from '../failure.ts';

/** What went wrong, as it is kept with a share or transfer. */
export interface StoredProblem {
  readonly code: FailureCode;
  readonly message: string;
  readonly hint: string;
}

/** 0 or 1, as SQLite has no booleans. */
export const flag = z.literal([0, 1]).transform((value) => value === 1);

/** A non-negative integer that a double holds exactly: bytes, counts, milliseconds since the epoch. */
export const count = z.int().nonnegative();

/** A BLOB without Buffer's own methods, so that nobody comes to depend on them. */
export const blob = z
  .instanceof(Uint8Array)
  .transform((value) => new Uint8Array(value.buffer, value.byteOffset, value.byteLength));

/** JSON text holding what `inner` accepts. */
export function json<T extends z.ZodType>(inner: T) {
  return z
    .string()
    .transform((text, context): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        context.addIssue({ code: 'custom', message: 'is not JSON' });
        return z.NEVER;
      }
    })
    .pipe(inner);
}

export const strings = json(z.array(z.string()).readonly());

/** The code is written by this program only, so that it is believed to be one. */
export const problem = json(
  z
    .object({
      code: z.custom<FailureCode>((value) => typeof value === 'string'),
      message: z.string(),
      hint: z.string(),
    })
    .readonly(),
);

/** The column of an optional problem. */
export function problemText(value: StoredProblem | null): string | null {
  return value && JSON.stringify({ code: value.code, message: value.message, hint: value.hint });
}

/** What is in a folder and does not travel. */
export const leftOut = json(z.object({ count, names: z.array(z.string()).readonly() }).readonly());

export type StoredLeftOut = z.infer<typeof leftOut>;

/** The column of what may be left out. */
export function leftOutText(value: StoredLeftOut | null): string | null {
  return value && JSON.stringify({ count: value.count, names: value.names });
}
