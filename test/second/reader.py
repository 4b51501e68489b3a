"""A second reader of docs/fountain.md and docs/wire.md, made from those documents alone: no line of the product is used.
Checks the vectors of the code, and the public golden records of the manifest. Python's standard library only."""
import hashlib, json, math, pathlib, re, sys

ROOT = pathlib.Path(__file__).parents[2]
M = 0xFFFFFFFF


def mix(x):
    x &= M
    x = (x ^ x >> 16) * 0x21F0AAAD & M
    x = (x ^ x >> 15) * 0x735A2D97 & M
    return x ^ x >> 15


def below(h, n):
    return h * n >> 32


def next_prime(n):
    while n < 2 or any(n % d == 0 for d in range(2, math.isqrt(n) + 1)):
        n += 1
    return n


DEGREES = [(10241, 1), (491582, 2), (712794, 3), (831695, 4), (948446, 10), (1032189, 11), (1048576, 40)]


class Shape:
    def __init__(self, k):
        x = next(x for x in range(2, 99) if x * (x - 1) >= 2 * k)
        self.k, self.S = k, next_prime(max(5, math.ceil(k / 100) + x))
        self.P = max(4, math.ceil(math.sqrt(k) / 2))
        self.L = k + self.S
        self.W, self.B = self.L - self.P, k - self.P
        self.Wp = next_prime(self.W)

    def ldpc(self):
        rows = [[] for _ in range(self.S)]
        for c in range(self.B):
            h, taken = mix(c ^ 0x5BD1E995), set()
            while len(taken) < 4:
                h = mix(h + 0x9E3779B9)
                taken.add(below(h, self.S))
            for r in taken:
                rows[r].append(c)
        return [row + [self.B + i, self.W + i % self.P] for i, row in enumerate(rows)]

    def lt(self, seed, id):
        h = mix(mix(seed ^ 0x243F6A88) ^ mix(id + 0x7F4A7C15))
        u = ((h >> 20) + 0.5) * 256
        d = min(self.W, next(degree for bound, degree in DEGREES if u < bound))
        h = mix(h + 0x9E3779B9)
        a = 1 + below(h, self.Wp - 1)
        h = mix(h + 0x9E3779B9)
        b = below(h, self.Wp)
        p = below(mix(h + 0x9E3779B9), self.P)
        out = []
        while len(out) < d:
            while b >= self.W:
                b = (b + a) % self.Wp
            out.append(b)
            b = (b + a) % self.Wp
        return out + [self.W + p]

    def solve(self, seed, symbols):
        """The intermediate symbols, as integers; None where the rank is short."""
        rows = [(sum(1 << c for c in row), 0) for row in self.ldpc()]
        rows += [(sum(1 << c for c in self.lt(seed, i)), s) for i, s in enumerate(symbols)]
        pivots = {}
        for bits, value in rows:
            while bits:
                top = bits.bit_length() - 1
                if top not in pivots:
                    pivots[top] = (bits, value)
                    break
                bits, value = bits ^ pivots[top][0], value ^ pivots[top][1]
        if len(pivots) < self.L:
            return None
        out = [0] * self.L
        for c in range(self.L):
            bits, value = pivots[c]
            rest = bits ^ 1 << c
            while rest:
                low = rest & -rest
                value ^= out[low.bit_length() - 1]
                rest ^= low
            out[c] = value
        return out


def check_vectors():
    for block in json.loads((ROOT / "test/fountain/vectors.json").read_text())["blocks"]:
        k = block["k"]
        s = Shape(k)
        names = ["ldpcRows", "permanentlyInactive", "intermediate", "ltWidth", "dataColumns", "ltPrime"]
        assert [block[n] for n in names] == [s.S, s.P, s.L, s.W, s.B, s.Wp], k
        rows = s.ldpc()
        assert rows[0] == block["ldpcRow0"] and rows[-1] == block["ldpcLastRow"], k
        symbols = [
            int.from_bytes(bytes((131 * j + 7 * i + j * i // 8 + j // 256) % 256 for i in range(64)), "big") for j in range(k)
        ]
        seed = next(seed for seed in range(99) if s.solve(seed, [0] * k))
        assert seed == block["systematicSeed"], k
        inner = s.solve(seed, symbols)
        whole = b"".join(v.to_bytes(64, "big") for v in inner)
        assert hashlib.sha256(whole).hexdigest() == block["intermediateSha256"], k
        for droplet in block["droplets"]:
            columns = s.lt(seed, droplet["id"])
            assert columns == droplet["neighbours"], (k, droplet["id"])
            value = 0
            for c in columns:
                value ^= inner[c]
            payload = value.to_bytes(64, "big")
            assert hashlib.sha256(payload).hexdigest() == droplet["sha256"] and payload[:16].hex() == droplet["head"]


def cbor(data, at=0):
    major, small, at = data[at] >> 5, data[at] & 31, at + 1
    if major == 7:
        return {20: False, 21: True}[small], at
    if small > 23:
        size = 1 << small - 24
        small, at = int.from_bytes(data[at : at + size], "big"), at + size
    if major == 0:
        return small, at
    if major in (2, 3):
        raw = data[at : at + small]
        return (raw if major == 2 else raw.decode()), at + small
    items = []
    for _ in range(small * (2 if major == 5 else 1)):
        item, at = cbor(data, at)
        items.append(item)
    return (dict(zip(items[::2], items[1::2])) if major == 5 else items), at


WIRE = (ROOT / "docs/wire.md").read_text()


def record(language, name):
    return re.search(rf"^```{language} {name}\n([^`]*)^```$", WIRE, re.M)[1]


def entry(e):
    if e["kind"] == "file":
        return [e["path"], e["length"], e["executable"]]
    return [e["path"], e["target"]] if e["kind"] == "link" else [e["path"]]


def check_manifests():
    said = json.loads(record("json", "MANIFEST-2"))
    contents, end = cbor(bytes.fromhex(record("hex", "CONTENTS-2")))
    times, left = said["times"], said["leftOut"]
    assert contents == {1: [entry(e) for e in said["listing"]], 2: times["files"], 3: times["folders"], 4: left["count"], 5: left["names"]}
    said = json.loads(record("json", "MANIFEST-2-PUBLIC"))
    data = bytes.fromhex(record("hex", "MANIFEST-2-PUBLIC"))
    manifest, end = cbor(data)
    assert end == len(data) and manifest[1] == 2 and manifest[4] == len(bytes.fromhex(said["content"]))
    assert cbor(manifest[6])[0] == {1: [entry(e) for e in said["listing"]], 4: said["leftOut"]["count"]}
    private, _ = cbor(bytes.fromhex(record("hex", "MANIFEST")))
    assert private[1] == 1 and sorted(private) == [1, 2, 3, 4, 5, 6, 7] and len(private[7]) == 32
    newer, _ = cbor(bytes.fromhex(record("hex", "MANIFEST-2")))
    assert newer[1] == 2 and len(newer[6]) == 12 + len(bytes.fromhex(record("hex", "CONTENTS-2"))) + 16


check_vectors()
check_manifests()
print("agrees")
