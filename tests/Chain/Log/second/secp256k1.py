"""ECDSA over secp256k1 with the nonce of RFC 6979 and low s, as Ethereum signs. For test vectors only."""
import hashlib
import hmac

from keccak import keccak256

P = 2**256 - 2**32 - 977
N = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
G = (0x79BE667EF9DCBBAC55A06295CE870B07029BFCDB2DCE28D959F2815B16F81798, 0x483ADA7726A3C4655DA4FBFC0E1108A8FD17B448A68554199C47D08FFB10D4B8)


def add(p, q):
    if p is None or q is None:
        return p or q
    if p[0] == q[0] and (p[1] + q[1]) % P == 0:
        return None
    slope = 3 * p[0] * p[0] * pow(2 * p[1], -1, P) if p == q else (q[1] - p[1]) * pow(q[0] - p[0], -1, P)
    x = (slope * slope - p[0] - q[0]) % P
    return x, (slope * (p[0] - x) - p[1]) % P


def multiply(scalar, point):
    result = None
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def address(private_key):
    x, y = multiply(int.from_bytes(private_key, "big"), G)
    return keccak256(x.to_bytes(32, "big") + y.to_bytes(32, "big"))[12:]


def nonce(private_key, digest):
    """RFC 6979, 3.2, with HMAC-SHA-256."""
    reduced = (int.from_bytes(digest, "big") % N).to_bytes(32, "big")
    value, key = b"\x01" * 32, bytes(32)
    for separator in (b"\x00", b"\x01"):
        key = hmac.new(key, value + separator + private_key + reduced, hashlib.sha256).digest()
        value = hmac.new(key, value, hashlib.sha256).digest()
    while True:
        value = hmac.new(key, value, hashlib.sha256).digest()
        candidate = int.from_bytes(value, "big")
        if 0 < candidate < N:
            return candidate
        key = hmac.new(key, value + b"\x00", hashlib.sha256).digest()
        value = hmac.new(key, value, hashlib.sha256).digest()


def sign(private_key, digest):
    """r | s | v, v 27 or 28."""
    k = nonce(private_key, digest)
    x, y = multiply(k, G)
    s = pow(k, -1, N) * (int.from_bytes(digest, "big") + x * int.from_bytes(private_key, "big")) % N
    parity = y & 1
    if s > N // 2:
        s, parity = N - s, parity ^ 1
    return x.to_bytes(32, "big") + s.to_bytes(32, "big") + bytes([27 + parity])
