import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Conformance vectors of code profile 1, made by another implementation. */
const Vectors = z.object({
  symbolSize: z.literal(64),
  blocks: z.array(
    z.object({
      k: z.number(),
      systematicSeed: z.number(),
      ldpcRows: z.number(),
      permanentlyInactive: z.number(),
      intermediate: z.number(),
      ltWidth: z.number(),
      dataColumns: z.number(),
      ltPrime: z.number(),
      ldpcRow0: z.array(z.number()),
      ldpcLastRow: z.array(z.number()),
      intermediateSha256: z.string(),
      droplets: z.array(
        z.object({ id: z.number(), neighbours: z.array(z.number()), sha256: z.string(), head: z.string() }),
      ),
    }),
  ),
});

export const { symbolSize, blocks } = Vectors.parse(
  JSON.parse(readFileSync(new URL('vectors.json', import.meta.url), 'utf8')),
);

/** Byte i of source symbol j in every vector. */
export function vectorByte(j: number, i: number): number {
  return (j * 131 + i * 7 + ((j * i) >> 3) + (j >> 8)) & 255;
}
