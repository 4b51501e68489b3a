/** Random source of the protocol: hosts pass a cryptographic one, simulations a seeded one. */
export interface Random {
  /** Uniform unsigned 32-bit integer. */
  u32(): number;
}

/** Uniform in [0, 1). */
export function unit(random: Random): number {
  return random.u32() / 0x1_0000_0000;
}

/** A small seeded generator (splitmix32) for simulations; not for secrets. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return {
    u32() {
      state = (state + 0x9e3779b9) >>> 0;
      let z = state;
      z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
      z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
      return (z ^ (z >>> 15)) >>> 0;
    },
  };
}
