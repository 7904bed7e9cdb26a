"""Ed25519 of RFC 8032, 5.1, written from its text. Slow and not constant in time: for test vectors only."""
import hashlib

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
SQRT_MINUS_ONE = pow(2, (P - 1) // 4, P)


def recover_x(y, sign):
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P != 0:
        x = x * SQRT_MINUS_ONE % P
    if (x * x - square) % P != 0 or (x == 0 and sign):
        return None
    return P - x if x & 1 != sign else x


BASE_Y = 4 * pow(5, -1, P) % P
BASE_X = recover_x(BASE_Y, 0)
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)
NEUTRAL = (0, 1, 1, 0)


def add(p, q):
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def multiply(scalar, point):
    result = NEUTRAL
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def doublings():
    point, powers = BASE, []
    for _ in range(256):
        powers.append(point)
        point = add(point, point)
    return powers


BASE_POWERS = doublings()


def multiply_base(scalar):
    result = NEUTRAL
    for bit, power in enumerate(BASE_POWERS):
        if scalar >> bit & 1:
            result = add(result, power)
    return result


def compress(point):
    inverse = pow(point[2], -1, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def decompress(encoded):
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    x = recover_x(y, sign) if y < P else None
    return None if x is None else (x, y, 1, x * y % P)


def expand(seed):
    digest = hashlib.sha512(seed).digest()
    scalar = int.from_bytes(digest[:32], "little") & (1 << 254) - 8 | 1 << 254
    return scalar, digest[32:]


def hash_scalar(*parts):
    return int.from_bytes(hashlib.sha512(b"".join(parts)).digest(), "little") % L


def public_key(seed):
    return compress(multiply_base(expand(seed)[0]))


def sign(seed, message):
    scalar, prefix = expand(seed)
    key = compress(multiply_base(scalar))
    nonce = hash_scalar(prefix, message)
    commitment = compress(multiply_base(nonce))
    response = (nonce + hash_scalar(commitment, key, message) * scalar) % L
    return commitment + response.to_bytes(32, "little")


def verify(key, message, signature):
    point, response = decompress(key), int.from_bytes(signature[32:], "little")
    if point is None or response >= L:
        return False
    negative = (P - point[0], point[1], 1, P - point[3])
    challenge = hash_scalar(signature[:32], key, message)
    return compress(add(multiply_base(response), multiply(challenge, negative))) == signature[:32]
