using Dsdn.Celestia.Wire;
using Dsdn.Chain.Primitives;

namespace Dsdn.Celestia.Headers;

/// <summary>A block of CometBFT by its header's hash and the root of its parts; without hashes where there is no block.</summary>
public readonly record struct BlockId(Hash256? Hash, uint PartsTotal, Hash256? PartsHash)
{
    /// <summary>The form in headers and in what validators sign: {hash = 1, part_set_header = 2 {total = 1, hash = 2}}.</summary>
    internal byte[] Encode() => new ProtobufWriter()
        .Bytes(1, BytesOf(Hash))
        .Message(2, new ProtobufWriter().Varint(1, PartsTotal).Bytes(2, BytesOf(PartsHash)).ToArray())
        .ToArray();

    internal static byte[] BytesOf(Hash256? hash) => hash?.ToArray() ?? [];
}
