"""A second implementation of the erasure code, written from the text of chain/Erasure/ReedSolomon.cs: prints vectors.json.

GF(2^8), polynomial 0x11d; six shards of data, three of parity; parity[r] = sum over j of data[j] / ((6 + r) xor j).
"""
import hashlib
import itertools
import json

DATA, PARITY = 6, 3


def multiply(a, b):
    product = 0
    while b:
        if b & 1:
            product ^= a
        a <<= 1
        if a & 0x100:
            a ^= 0x11D
        b >>= 1
    return product


def inverse(a):
    return next(b for b in range(1, 256) if multiply(a, b) == 1)


def row(index):
    if index < DATA:
        return [int(index == j) for j in range(DATA)]
    return [inverse(index ^ j) for j in range(DATA)]


def encode(data):
    return [bytes(combine(row(DATA + r), data)) for r in range(PARITY)]


def combine(factors, shards):
    for column in zip(*shards):
        total = 0
        for factor, value in zip(factors, column):
            total ^= multiply(factor, value)
        yield total


def solve(indexes, shards):
    """The data out of six shards, by elimination."""
    matrix = [row(i) for i in indexes]
    values = [list(shard) for shard in shards]
    for pivot in range(DATA):
        other = next(r for r in range(pivot, DATA) if matrix[r][pivot])
        matrix[pivot], matrix[other] = matrix[other], matrix[pivot]
        values[pivot], values[other] = values[other], values[pivot]
        scale = inverse(matrix[pivot][pivot])
        matrix[pivot] = [multiply(scale, x) for x in matrix[pivot]]
        values[pivot] = [multiply(scale, x) for x in values[pivot]]
        for r in range(DATA):
            factor = matrix[r][pivot]
            if r != pivot and factor:
                matrix[r] = [x ^ multiply(factor, y) for x, y in zip(matrix[r], matrix[pivot])]
                values[r] = [x ^ multiply(factor, y) for x, y in zip(values[r], values[pivot])]
    return [bytes(v) for v in values]


def stream(seed, length):
    out = b""
    counter = 0
    while len(out) < length:
        out += hashlib.sha256(f"{seed}/{counter}".encode()).digest()
        counter += 1
    return out[:length]


def main():
    vectors = {}
    for name, length in (("one-byte", 1), ("tail", 77), ("vector", 128), ("unit-0", 9), ("unit-5", 9)):
        if name.startswith("unit"):
            which = int(name[-1])
            data = [bytes(range(1, 1 + length)) if j == which else bytes(length) for j in range(DATA)]
        else:
            data = [stream(f"{name}/{j}", length) for j in range(DATA)]
        parity = encode(data)
        shards = data + parity
        for lost in itertools.combinations(range(DATA + PARITY), PARITY) if length < 16 else [(0, 1, 2), (0, 4, 8)]:
            left = [i for i in range(DATA + PARITY) if i not in lost]
            assert solve(left, [shards[i] for i in left]) == data
        vectors[name] = {"data": [d.hex() for d in data], "parity": [p.hex() for p in parity]}
    vectors["matrix"] = {"data": [], "parity": [bytes(row(DATA + r)).hex() for r in range(PARITY)]}
    print(json.dumps(vectors, indent=2, sort_keys=True))


main()
