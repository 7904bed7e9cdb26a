using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Blocks;

/// <summary>
/// The 16-field London header (chain-decisions 1.1), so that any Ethereum library recomputes the block hash as
/// Keccak256(rlp). ommersHash, difficulty and nonce are constants; extraData is the 32-byte commitment to the consensus header.
/// </summary>
public sealed record Header
{
    public required Hash256 ParentHash { get; init; }

    /// <summary>The payout address of the block's proposer.</summary>
    public required Address Coinbase { get; init; }

    public required Hash256 StateRoot { get; init; }
    public required Hash256 TransactionsRoot { get; init; }
    public required Hash256 ReceiptsRoot { get; init; }
    public required Bloom LogsBloom { get; init; }
    public required ulong Number { get; init; }
    public required ulong GasLimit { get; init; }
    public required ulong GasUsed { get; init; }

    /// <summary>Seconds; floor of the consensus header's milliseconds, may repeat.</summary>
    public required ulong Timestamp { get; init; }

    /// <summary>Keccak256(tag | rlp(consensus header)); at block 0 Keccak256(tag | canonical genesis JSON).</summary>
    public required Hash256 ExtraData { get; init; }

    /// <summary>The beacon.</summary>
    public required Hash256 MixHash { get; init; }

    public required Amount BaseFeePerGas { get; init; }

    /// <summary>keccak256(rlp([])).</summary>
    public static readonly Hash256 OmmersHash = Hash256.Parse("0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347");
}

/// <summary>
/// What consensus binds beside the Ethereum header, RLP in this field order (chain-decisions 2). Absent at block 0.
/// </summary>
public sealed record ConsensusHeader
{
    public const uint CurrentVersion = 1;

    public required uint Version { get; init; }
    public required ulong ChainId { get; init; }
    public required ulong Height { get; init; }

    /// <summary>Milliseconds since 1970, strictly increasing.</summary>
    public required ulong TimeMs { get; init; }

    /// <summary>Operator address of the original proposer.</summary>
    public required Address Proposer { get; init; }

    public required Hash256 LastCommitHash { get; init; }
    public required Hash256 ValidatorsHash { get; init; }
    public required Hash256 NextValidatorsHash { get; init; }
    public required Hash256 ParamsHash { get; init; }
    public required Hash256 EvidenceHash { get; init; }
    public required Hash256 VrfProofHash { get; init; }
    public required Hash256 Beacon { get; init; }

    /// <summary>RFC 6962-style Merkle root over the storage roots of the module accounts.</summary>
    public required Hash256 ModuleRootsHash { get; init; }

    /// <summary>Zero until the data-availability log is anchored.</summary>
    public required Hash256 LogAnchorRoot { get; init; }
}
