using Dsdn.Celestia.Fees;
using Dsdn.Celestia.Rpc;

namespace Dsdn.DaServer;

/// <summary>What differs between the versions of celestia-node, and the applications they came with, beyond the forms of JSON.</summary>
/// <param name="NodeText">As node.Info says it.</param>
/// <param name="TransactionBytesMax">Of a whole BlobTx; null where only the square limits it.</param>
/// <param name="SquareWidthMax">Before extension, as set by governance.</param>
/// <param name="BlockBytesMax">As set by governance.</param>
/// <param name="ConcurrentRequestsMax">Null: no limit.</param>
/// <param name="HeaderRangeMax">Headers of one header.GetRangeByHeight.</param>
/// <param name="ShareVersionMax">Of blobs.</param>
internal sealed record Preset(
    NodeVersion Version,
    string NodeText,
    int NodeType,
    ulong AppVersion,
    int? TransactionBytesMax,
    int SquareWidthMax,
    int BlockBytesMax,
    int BodyBytesMax,
    int? ConcurrentRequestsMax,
    int HeaderRangeMax,
    int ShareVersionMax,
    GasPrice PriceMin)
{
    private const int Mebi = 1024 * 1024;

    public static Preset Of(NodeVersion version) => version switch
    {
        NodeVersion.V0_16 => new(version, "v0.16.0", 3, 2, null, 64, 1_974_272, 100 * Mebi, null, 512, 0, new GasPrice(2_000_000)),
        NodeVersion.V0_28 => new(version, "v0.28.4", 3, 6, 8 * Mebi, 256, 32 * Mebi, 100 * Mebi, null, 512, 1, GasPrice.Default),
        _ => new(version, "v0.31.4", 2, 9, 8 * Mebi, 256, 32 * Mebi, 16 * Mebi, 500, 64, 2, GasPrice.Default),
    };

    /// <summary>What a node pays at most where it is not told: a hundred times the least price.</summary>
    public GasPrice PriceMax => new(PriceMin.NanoUtia * 100);
}
