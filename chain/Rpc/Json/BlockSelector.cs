using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Rpc.Json;

internal enum BlockKind
{
    /// <summary>latest, safe and finalized: a decided block is final.</summary>
    Latest,
    Pending,
    Number,
    Hash,
}

/// <summary>A block named by tag, number or hash (EIP-1898).</summary>
internal readonly record struct BlockSelector(BlockKind Kind, ulong Number = 0, Hash256 Hash = default)
{
    public static readonly BlockSelector Latest = new(BlockKind.Latest);

    /// <summary>A tag or a quantity, with geth's words for anything else; null is no error.</summary>
    public static string? Parse(ReadOnlySpan<byte> text, out BlockSelector selector)
    {
        selector = Latest;
        if (text.SequenceEqual("latest"u8) || text.SequenceEqual("finalized"u8) || text.SequenceEqual("safe"u8)) return null;
        if (text.SequenceEqual("pending"u8))
        {
            selector = new BlockSelector(BlockKind.Pending);
            return null;
        }
        if (text.SequenceEqual("earliest"u8))
        {
            selector = new BlockSelector(BlockKind.Number);
            return null;
        }
        if (HexText.Quantity64(text, out ulong number) is { } error) return error;
        if (number > long.MaxValue) return "block number larger than int64";
        selector = new BlockSelector(BlockKind.Number, number);
        return null;
    }
}
