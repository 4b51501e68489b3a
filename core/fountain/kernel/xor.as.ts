// @ts-nocheck: AssemblyScript, checked by asc.

/**
 * Runs a plan over symbols of `size` bytes, a multiple of 64: ops of words (into, n, addresses of n symbols), each of
 * which writes the XOR of n symbols, zeros if n is 0. All n are summed in registers, so that no sum is read back.
 * Two in three droplets are sums of three or four symbols: these have loops with the addresses in registers too.
 */
export function run(ops: usize, end: usize, size: u32): void {
  while (ops < end) {
    const into: usize = load<u32>(ops);
    const n = load<u32>(ops, 4);
    const first = ops + 8;
    ops = first + (n << 2);
    if (n == 3) sumThree(first, into, into + size);
    else if (n == 4) sumFour(first, into, into + size);
    else if (n == 0) memory.fill(into, 0, size);
    else sumMany(first, ops, into, size);
  }
}

function sumThree(addresses: usize, into: usize, end: usize): void {
  let p: usize = load<u32>(addresses);
  let q: usize = load<u32>(addresses, 4);
  let r: usize = load<u32>(addresses, 8);
  for (; into < end; into += 64) {
    v128.store(into, v128.xor(v128.xor(v128.load(p), v128.load(q)), v128.load(r)));
    v128.store(into, v128.xor(v128.xor(v128.load(p, 16), v128.load(q, 16)), v128.load(r, 16)), 16);
    v128.store(into, v128.xor(v128.xor(v128.load(p, 32), v128.load(q, 32)), v128.load(r, 32)), 32);
    v128.store(into, v128.xor(v128.xor(v128.load(p, 48), v128.load(q, 48)), v128.load(r, 48)), 48);
    p += 64;
    q += 64;
    r += 64;
  }
}

function sumFour(addresses: usize, into: usize, end: usize): void {
  let p: usize = load<u32>(addresses);
  let q: usize = load<u32>(addresses, 4);
  let r: usize = load<u32>(addresses, 8);
  let s: usize = load<u32>(addresses, 12);
  for (; into < end; into += 64) {
    v128.store(
      into,
      v128.xor(v128.xor(v128.load(p), v128.load(q)), v128.xor(v128.load(r), v128.load(s))),
    );
    v128.store(
      into,
      v128.xor(v128.xor(v128.load(p, 16), v128.load(q, 16)), v128.xor(v128.load(r, 16), v128.load(s, 16))),
      16,
    );
    v128.store(
      into,
      v128.xor(v128.xor(v128.load(p, 32), v128.load(q, 32)), v128.xor(v128.load(r, 32), v128.load(s, 32))),
      32,
    );
    v128.store(
      into,
      v128.xor(v128.xor(v128.load(p, 48), v128.load(q, 48)), v128.xor(v128.load(r, 48), v128.load(s, 48))),
      48,
    );
    p += 64;
    q += 64;
    r += 64;
    s += 64;
  }
}

/** Any number but none, 128 bytes at a time. */
function sumMany(first: usize, last: usize, into: usize, size: u32): void {
  let at: u32 = 0;
  for (; at + 128 <= size; at += 128) {
    let p = first;
    let s = load<u32>(p) + at;
    let a = v128.load(s);
    let b = v128.load(s, 16);
    let c = v128.load(s, 32);
    let d = v128.load(s, 48);
    let e = v128.load(s, 64);
    let f = v128.load(s, 80);
    let g = v128.load(s, 96);
    let h = v128.load(s, 112);
    while ((p += 4) < last) {
      s = load<u32>(p) + at;
      a = v128.xor(a, v128.load(s));
      b = v128.xor(b, v128.load(s, 16));
      c = v128.xor(c, v128.load(s, 32));
      d = v128.xor(d, v128.load(s, 48));
      e = v128.xor(e, v128.load(s, 64));
      f = v128.xor(f, v128.load(s, 80));
      g = v128.xor(g, v128.load(s, 96));
      h = v128.xor(h, v128.load(s, 112));
    }
    const t = into + at;
    v128.store(t, a);
    v128.store(t, b, 16);
    v128.store(t, c, 32);
    v128.store(t, d, 48);
    v128.store(t, e, 64);
    v128.store(t, f, 80);
    v128.store(t, g, 96);
    v128.store(t, h, 112);
  }
  if (at < size) {
    let p = first;
    let s = load<u32>(p) + at;
    let a = v128.load(s);
    let b = v128.load(s, 16);
    let c = v128.load(s, 32);
    let d = v128.load(s, 48);
    while ((p += 4) < last) {
      s = load<u32>(p) + at;
      a = v128.xor(a, v128.load(s));
      b = v128.xor(b, v128.load(s, 16));
      c = v128.xor(c, v128.load(s, 32));
      d = v128.xor(d, v128.load(s, 48));
    }
    const t = into + at;
    v128.store(t, a);
    v128.store(t, b, 16);
    v128.store(t, c, 32);
    v128.store(t, d, 48);
  }
}
