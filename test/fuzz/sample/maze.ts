/** A parser of nothing, for the fuzzer to find its way through: each step is taken only behind the one before. */
export function depthOf(input: Uint8Array): number {
  if (input[0] !== 0x46) return 0;
  if (input[1] !== 0x55) return 1;
  if (input[2] !== 0x5a) return 2;
  if (input[3] !== 0x5a) return 3;
  return 4;
}
