using System.Text;
using Dsdn.Celestia.Wire;
using Dsdn.Chain.Crypto;
using Dsdn.Chain.Primitives;

namespace Dsdn.Celestia.Headers;

/// <summary>The header of CometBFT. Hashes that a chain's first block lacks are null.</summary>
/// <param name="AppHash">Up to 64 bytes, the application's choice.</param>
/// <param name="ProposerAddress">20 bytes.</param>
public sealed record CelestiaHeader(
    ulong BlockVersion,
    ulong AppVersion,
    string ChainId,
    ulong Height,
    CometTime Time,
    BlockId LastBlockId,
    Hash256? LastCommitHash,
    Hash256? DataHash,
    Hash256? ValidatorsHash,
    Hash256? NextValidatorsHash,
    Hash256? ConsensusHash,
    ReadOnlyMemory<byte> AppHash,
    Hash256? LastResultsHash,
    Hash256? EvidenceHash,
    ReadOnlyMemory<byte> ProposerAddress)
{
    public const int AppHashBytesMax = 64;

    /// <summary>CometBFT specification, "Header hash": the RFC 6962 root over the protobuf forms of the fields.</summary>
    public Hash256 Hash()
    {
        byte[][] fields =
        [
            new ProtobufWriter().Varint(1, BlockVersion).Varint(2, AppVersion).ToArray(),
            Wrapped(Encoding.UTF8.GetBytes(ChainId)),
            new ProtobufWriter().Varint(1, Height).ToArray(),
            Time.Encode(),
            LastBlockId.Encode(),
            Wrapped(LastCommitHash),
            Wrapped(DataHash),
            Wrapped(ValidatorsHash),
            Wrapped(NextValidatorsHash),
            Wrapped(ConsensusHash),
            Wrapped(AppHash.Span),
            Wrapped(LastResultsHash),
            Wrapped(EvidenceHash),
            Wrapped(ProposerAddress.Span),
        ];
        return Sha256Tree.Root([.. fields.Select(field => Sha256Tree.Leaf(field))]);
    }

    private static byte[] Wrapped(Hash256? hash) => Wrapped(BlockId.BytesOf(hash));

    /// <summary>BytesValue and StringValue have one form.</summary>
    private static byte[] Wrapped(ReadOnlySpan<byte> value) => new ProtobufWriter().Bytes(1, value).ToArray();
}
