using System.Text;
using Dsdn.Celestia.Wire;

namespace Dsdn.Celestia.Headers;

/// <summary>How a validator voted.</summary>
public enum CommitFlag : byte
{
    Absent = 1,
    Commit = 2,
    Nil = 3,
}

/// <param name="Address">20 bytes; empty where absent.</param>
/// <param name="Signature">64 bytes; empty where absent.</param>
public sealed record CommitSignature(CommitFlag Flag, ReadOnlyMemory<byte> Address, CometTime Time, ReadOnlyMemory<byte> Signature);

/// <summary>The precommits that decided a block: one entry for each validator, in the order of the set.</summary>
public sealed record CelestiaCommit(ulong Height, uint Round, BlockId BlockId, IReadOnlyList<CommitSignature> Signatures)
{
    private const ulong PrecommitType = 2;

    /// <summary>
    /// What a validator signed (CometBFT specification, CanonicalVote): {type = 1, height = 2 fixed, round = 3 fixed, block_id = 4,
    /// timestamp = 5, chain_id = 6}, behind its length.
    /// </summary>
    public byte[] SignBytes(string chainId, CometTime time) => new ProtobufWriter().Delimited(new ProtobufWriter()
        .Varint(1, PrecommitType)
        .Fixed64(2, unchecked((long)Height))
        .Fixed64(3, Round)
        .Message(4, BlockId.Encode())
        .Message(5, time.Encode())
        .Bytes(6, Encoding.UTF8.GetBytes(chainId))
        .ToArray()).ToArray();
}
