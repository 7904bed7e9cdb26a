using System.Globalization;
using System.Text.Json.Nodes;
using Dsdn.Chain.Primitives;
using Dsdn.Sdk.Rpc;

namespace Dsdn.Sdk.Chain;

/// <summary>Which block a read is of: a tag, a number or a hash.</summary>
public readonly record struct BlockRef
{
    private readonly string? _text;

    private BlockRef(string text, bool isHash) => (_text, IsHash) = (text, isHash);

    /// <summary>The decided head. With one-block finality also <c>safe</c> and <c>finalized</c>.</summary>
    public static readonly BlockRef Latest = new("latest", false);

    public static readonly BlockRef Pending = new("pending", false);

    public static readonly BlockRef Earliest = new("earliest", false);

    public bool IsHash { get; }

    public static BlockRef At(ulong number) => new(RpcValue.Quantity(number), false);

    public static BlockRef At(Hash256 hash) => new(hash.ToString(), true);

    /// <summary>A tag, a decimal or 0x number, or a 32-byte hash.</summary>
    public static bool TryParse(string text, out BlockRef block)
    {
        block = default;
        if (text is "latest" or "pending" or "earliest" or "safe" or "finalized") block = new BlockRef(text, false);
        else if (Hash256.TryParse(text, out Hash256 hash)) block = At(hash);
        else if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number)) block = At(number);
        else if (text.StartsWith("0x", StringComparison.Ordinal)
            && ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out number)) block = At(number);
        else return false;
        return true;
    }

    /// <summary>As a parameter: a tag or quantity, or EIP-1898's object for a hash.</summary>
    public JsonNode ToNode() => IsHash ? new JsonObject { ["blockHash"] = ToString() } : JsonValue.Create(ToString());

    public override string ToString() => _text ?? "latest";
}
