namespace Dsdn.Celestia;

/// <summary>What this library takes at most. Celestia's own limits where it has them (app version 9).</summary>
public static class DaLimits
{
    /// <summary>The widest square before extension that can be read and proved.</summary>
    public const int SquareWidthMax = 512;

    /// <summary>The data of one blob: the limit of a whole transaction (CIP-38).</summary>
    public const int BlobBytesMax = 8_388_608;

    /// <summary>The validators of one set.</summary>
    public const int ValidatorsMax = 1_000;

    /// <summary>The characters of a chain id (CometBFT).</summary>
    public const int ChainIdBytesMax = 50;

    /// <summary>Nodes of one namespaced proof: both sides of a tree over the widest extended row.</summary>
    public const int ProofNodesMax = 20;

    /// <summary>Blobs that one transaction pays for.</summary>
    public const int BlobsPerTransactionMax = 4_096;
}
