// Generated from the module's declaration; do not edit.
using Dsdn.Chain.Codecs.Abi;
using Dsdn.Chain.Primitives;

namespace Dsdn.Sdk.Modules.Generated;

/// <summary>The committee that decides the batches of the log, and the anchors of the log that validators attest: sequence, state root, and where it lies.</summary>
public static class CommitteeClient
{
    public static readonly Address Address = Address.Parse("0x0000000000000000000000000000000000000802");

    private static readonly AbiFunction AnchorFunction = AbiSignature.Function("function anchor(uint64 seq, bytes32 coreHash, bytes32 stateRoot, uint64 daHeight, bytes32 daDataRoot, bytes bitmap, bytes signatures) returns (uint64 index)");

    /// <summary>Takes over an anchor of the log. The signatures, 64 bytes each in the order of the bitmap's bits, are those of validators with more than two thirds of the power over the running epoch's statement; DA height and data root may both be zero.</summary>
    public static ModuleCall Anchor(ulong seq, Hash256 coreHash, Hash256 stateRoot, ulong daHeight, Hash256 daDataRoot, byte[] bitmap, byte[] signatures) =>
        new(Address, Amount.Zero, AnchorFunction.EncodeCall(seq, coreHash, stateRoot, daHeight, daDataRoot, bitmap, signatures));

    private static readonly AbiFunction CommitteeFunction = AbiSignature.Function("function committee() view returns (uint64 epoch, uint8 t, uint8 n, bytes32 groupKey, (address validator, bytes32 key, bytes32 exchangeKey, bytes32 share)[] members, uint64 startMs, uint64 endMs, bytes32 seed, bytes32 hash)");

    /// <summary>The committee in force. An end of 2^64-1 is none.</summary>
    public static ModuleQuery<CommitteeCommitteeResult> Committee() =>
        new(Address, CommitteeFunction, CommitteeFunction.EncodeCall(), values => new(values[0].UInt64, values[1].UInt64, values[2].UInt64, values[3].Hash, values[4].Items.Select(item => new CommitteeCommitteeRow(item.Items[0].Address, item.Items[1].Hash, item.Items[2].Hash, item.Items[3].Hash)).ToArray(), values[5].UInt64, values[6].UInt64, values[7].Hash, values[8].Hash));

    private static readonly AbiFunction LastAnchorFunction = AbiSignature.Function("function lastAnchor() view returns ((uint64 index, uint64 seq, uint64 epoch, bytes32 validatorSet, bytes32 coreHash, bytes32 stateRoot, uint64 daHeight, bytes32 daDataRoot, uint64 height, uint64 timeMs, uint64 signedPower, uint64 totalPower, address submitter) anchor)");

    /// <summary>The last anchor.</summary>
    public static ModuleQuery<CommitteeLastAnchorRow> LastAnchor() =>
        new(Address, LastAnchorFunction, LastAnchorFunction.EncodeCall(), values => new CommitteeLastAnchorRow(values[0].Items[0].UInt64, values[0].Items[1].UInt64, values[0].Items[2].UInt64, values[0].Items[3].Hash, values[0].Items[4].Hash, values[0].Items[5].Hash, values[0].Items[6].UInt64, values[0].Items[7].Hash, values[0].Items[8].UInt64, values[0].Items[9].UInt64, values[0].Items[10].UInt64, values[0].Items[11].UInt64, values[0].Items[12].Address));

    private static readonly AbiFunction AnchorAtFunction = AbiSignature.Function("function anchorAt(uint64 index) view returns ((uint64 index, uint64 seq, uint64 epoch, bytes32 validatorSet, bytes32 coreHash, bytes32 stateRoot, uint64 daHeight, bytes32 daDataRoot, uint64 height, uint64 timeMs, uint64 signedPower, uint64 totalPower, address submitter) anchor)");

    /// <summary>One of the anchors that are kept; indexes rise by one.</summary>
    public static ModuleQuery<CommitteeLastAnchorRow> AnchorAt(ulong index) =>
        new(Address, AnchorAtFunction, AnchorAtFunction.EncodeCall(index), values => new CommitteeLastAnchorRow(values[0].Items[0].UInt64, values[0].Items[1].UInt64, values[0].Items[2].UInt64, values[0].Items[3].Hash, values[0].Items[4].Hash, values[0].Items[5].Hash, values[0].Items[6].UInt64, values[0].Items[7].Hash, values[0].Items[8].UInt64, values[0].Items[9].UInt64, values[0].Items[10].UInt64, values[0].Items[11].UInt64, values[0].Items[12].Address));

    private static readonly AbiFunction FeedFunction = AbiSignature.Function("function feed() view returns (uint64 sequence, bytes32 feed)");

    /// <summary>Number of records for the log and the hash chain over them.</summary>
    public static ModuleQuery<CommitteeFeedResult> Feed() =>
        new(Address, FeedFunction, FeedFunction.EncodeCall(), values => new(values[0].UInt64, values[1].Hash));

    private static readonly AbiFunction ParamsFunction = AbiSignature.Function("function params() view returns (uint64 anchorsKept, uint64 graceBlocks)");

    /// <summary>The parameters in force.</summary>
    public static ModuleQuery<CommitteeParamsResult> Params() =>
        new(Address, ParamsFunction, ParamsFunction.EncodeCall(), values => new(values[0].UInt64, values[1].UInt64));
}

/// <summary>Generated from the declaration of Committee.</summary>
public sealed record CommitteeCommitteeResult(ulong Epoch, ulong T, ulong N, Hash256 GroupKey, CommitteeCommitteeRow[] Members, ulong StartMs, ulong EndMs, Hash256 Seed, Hash256 Hash);

/// <summary>Generated from the declaration of Committee.</summary>
public sealed record CommitteeCommitteeRow(Address Validator, Hash256 Key, Hash256 ExchangeKey, Hash256 Share);

/// <summary>Generated from the declaration of Committee.</summary>
public sealed record CommitteeFeedResult(ulong Sequence, Hash256 Feed);

/// <summary>Generated from the declaration of Committee.</summary>
public sealed record CommitteeLastAnchorRow(ulong Index, ulong Seq, ulong Epoch, Hash256 ValidatorSet, Hash256 CoreHash, Hash256 StateRoot, ulong DaHeight, Hash256 DaDataRoot, ulong Height, ulong TimeMs, ulong SignedPower, ulong TotalPower, Address Submitter);

/// <summary>Generated from the declaration of Committee.</summary>
public sealed record CommitteeParamsResult(ulong AnchorsKept, ulong GraceBlocks);
