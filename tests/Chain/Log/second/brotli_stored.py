"""A Brotli stream (RFC 7932) that compresses nothing: meta-blocks with ISUNCOMPRESSED, then an empty last one."""


class Bits:
    def __init__(self):
        self.value, self.count = 0, 0

    def put(self, value, width):
        self.value |= value << self.count
        self.count += width

    def align(self):
        self.count = (self.count + 7) // 8 * 8

    def bytes(self):
        self.align()
        return self.value.to_bytes(self.count // 8, "little")


def encode(data, block=65536):
    stream = Bits()
    stream.put(0, 1)  # WBITS 16 (9.1)
    for start in range(0, len(data), block):
        piece = data[start:start + block]
        stream.put(0, 1)  # not the last meta-block (9.2)
        stream.put(0, 2)  # MNIBBLES 4
        stream.put(len(piece) - 1, 16)
        stream.put(1, 1)  # ISUNCOMPRESSED
        stream.align()
        for byte in piece:
            stream.put(byte, 8)
    stream.put(3, 2)  # ISLAST, ISLASTEMPTY
    return stream.bytes()
