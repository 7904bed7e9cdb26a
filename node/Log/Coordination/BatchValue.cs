using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Batches;
using Dsdn.Chain.Primitives;

namespace Dsdn.Log.Coordination;

/// <summary>What a committee decides for a sequence number: header | body as it goes into the envelope.</summary>
public sealed record BatchValue(BatchHeader Header, ReadOnlyMemory<byte> Body)
{
    /// <summary>The core hash: the body is bound by the header.</summary>
    public Hash256 Id => Header.CoreHash;

    public byte[] Encode() => [.. BatchHeaderCodec.Encode(Header), .. Body.Span];

    /// <summary>Null: not what <see cref="Encode"/> makes.</summary>
    public static BatchValue? TryDecode(ReadOnlyMemory<byte> bytes) =>
        bytes.Length >= BatchHeaderCodec.Bytes && BatchHeaderCodec.TryDecode(bytes[..BatchHeaderCodec.Bytes], out BatchHeader? header) == LogFault.None && header is not null
            ? new BatchValue(header, bytes[BatchHeaderCodec.Bytes..])
            : null;
}
