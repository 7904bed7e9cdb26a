"""RLP (Yellow Paper, appendix B): bytes, integers without leading zeros, lists."""


def header(length, offset):
    if length < 56:
        return bytes([offset + length])
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([offset + 55 + len(size)]) + size


def encode(item):
    if isinstance(item, (list, tuple)):
        inside = b"".join(encode(each) for each in item)
        return header(len(inside), 0xC0) + inside
    if isinstance(item, int):
        item = item.to_bytes((item.bit_length() + 7) // 8, "big")
    if len(item) == 1 and item[0] < 0x80:
        return item
    return header(len(item), 0x80) + item
