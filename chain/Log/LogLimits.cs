namespace Dsdn.Chain.Log;

/// <summary>What the formats of the log take at most.</summary>
public static class LogLimits
{
    /// <summary>The body of an event.</summary>
    public const int EventBodyBytesMax = 16_384;

    /// <summary>The body of a ChainAnchor, which carries headers, votes and proofs (rulings 36).</summary>
    public const int AnchorBodyBytesMax = 65_536;

    /// <summary>The events and receipts of a batch before compression.</summary>
    public const int BatchBodyBytesMax = 1_048_576;

    /// <summary>The body as it stands in the envelope: compression may not make it longer than this.</summary>
    public const int EncodedBodyBytesMax = BatchBodyBytesMax + 1_024;

    /// <summary>One receipt.</summary>
    public const int ReceiptBytesMax = 1_024;

    /// <summary>Events of one batch; their places fit the lower 16 bits of a committee event's nonce.</summary>
    public const int EventsMax = 16_384;

    public const int ReceiptsMax = 4_096;

    /// <summary>Log time, ms since 1970: sums with any period of the rules stay in range.</summary>
    public const ulong TimeMsMax = 1UL << 53;

    public const int CommitteeMembersMax = 255;

    /// <summary>Validators that may stand in a certificate of theirs.</summary>
    public const int ValidatorsMax = 1_024;

    public const int ChunksPerUseMax = 256;

    public const int DeletesPerEventMax = 256;

    /// <summary>Shards of a chunk: six of data and three of parity.</summary>
    public const int ShardsMax = 9;

    public const int EndpointsMax = 8;

    /// <summary>Leaves that one node may be asked for in one audit.</summary>
    public const int AuditDrawsMax = 1_024;

    /// <summary>The location string of an emergency pointer.</summary>
    public const int LocationBytesMax = 512;

    /// <summary>Service nodes of one liveness bitmap.</summary>
    public const int NodesMax = 65_535;

    /// <summary>Light blocks of one ChainAnchor: the anchored one and those that lead to it.</summary>
    public const int LightBlocksPerAnchorMax = 4;

    public const int ProofModulesMax = 8;
    public const int ProofNodesMax = 65;

    /// <summary>A node of a trie proof: a branch with sixteen hashes and what surrounds them.</summary>
    public const int ProofNodeBytesMax = 1_024;
}
