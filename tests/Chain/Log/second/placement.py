"""
The placement rule, written a second time from docs/log-state.md. With no argument it prints vectors: logarithms of draws, and where chunks of a made-up network go.

    python3 placement.py
"""
import json
import sys
from decimal import Decimal, getcontext

from formats import sha256, tagged_hash

getcontext().prec = 60
MASK = 2**64 - 1
SLOTS, PER_ZONE, ACKS, ZONES = (3, 9), (1, 2), (2, 8), (3, 5)
STEPS = [int((Decimal(256 + i) / 256).ln() / Decimal(2).ln() * 2**32) for i in range(256)] + [2**32]


def negative_log2(draw):
    """-log2(draw / 2^64) in Q32: the whole part is where the leading bit is; between 256 steps of the rest the line."""
    draw |= 1
    whole = draw.bit_length() - 1
    rest = draw << (63 - whole) & (2**63 - 1)
    step, below = rest >> 55, rest >> 23 & (2**32 - 1)
    log = (whole << 32) + STEPS[step] + ((STEPS[step + 1] - STEPS[step]) * below >> 32)
    return min(2**38 - 1, (64 << 32) - log)


def mix(z):
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & MASK
    z = (z ^ z >> 27) * 0x94D049BB133111EB & MASK
    return z ^ z >> 31


def words(data):
    return [int.from_bytes(data[i:i + 8], "big") for i in range(0, 32, 8)]


def draw(seed, agreement, chunk, node):
    mixed = 0
    for of_chunk, of_node in zip(words(tagged_hash("Placement", seed + agreement + chunk)), words(node)):
        mixed = mix(mixed + (of_chunk ^ of_node) & MASK)
    return mixed


def slot_bytes(coding, length):
    return length if coding == 0 else -(-length // 384) * 64


def network(ip, port, takes_loopback):
    if ip[:12] == bytes(10) + b"\xff\xff":
        return ((ip, port) if takes_loopback else None) if ip[12] == 127 else ip[:15]
    if ip == bytes(15) + b"\x01":
        return (ip, port) if takes_loopback else None
    return ip[:6]


def place(nodes, seed, agreement, owner, chunk, length, coding, kept=()):
    """nodes: (id, operator, zone, network, free bytes, room bytes); kept: slot, node, zone, operator, network. Returns slot, node, zone of all slots that have a node then."""
    ranked = sorted(
        ((negative_log2(draw(seed, agreement, chunk, node[0])) << 26) // max(1, node[4] >> 30), node)
        for node in nodes if slot_bytes(coding, length) <= node[5] and node[1] != owner)
    taken = list(kept)
    for slot in range(SLOTS[coding]):
        if any(k[0] == slot for k in kept):
            continue
        for _, (node, operator, zone, net, _, _) in ranked:
            if any(k[1] == node or k[3] == operator or k[4] == net for k in taken) or sum(k[2] == zone for k in taken) >= PER_ZONE[coding]:
                continue
            taken.append((slot, node, zone, operator, net))
            break
        else:
            break
    return sorted(k[:3] for k in taken)


def word(name):
    return sha256(name.encode())


def main():
    draws = [0, 1, 2, 3, 2**32, 2**63, 2**64 - 1, 2**64 - 2**40] + [int.from_bytes(word(f"draw {i}")[:8], "big") for i in range(40)]
    nodes = []
    for i in range(40):
        free = (1 + i * i % 23) << 36
        nodes.append((word(f"node {i}"), word(f"operator {i // 2}")[:20], i % 7 + 1, i // 3, free, free // 2))
    places = []
    for i in range(60):
        coding = i % 2
        chosen = nodes[:40 - i % 5 * 6]
        found = place(chosen, word("seed"), word(f"agreement {i % 4}"), word("operator 3")[:20], word(f"chunk {i}"), 1 << (24 + i % 16), coding)
        places.append({"chunk": i, "nodes": len(chosen), "places": [[slot, [n[0] for n in nodes].index(node), zone] for slot, node, zone in found]})
    json.dump({"logs": [[str(d), str(negative_log2(d))] for d in draws], "places": places}, sys.stdout, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
