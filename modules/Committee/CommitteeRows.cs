using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Log;
using Dsdn.Chain.Log.Anchors;
using Dsdn.Chain.Log.Committees;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.State;
using LogCommittee = Dsdn.Chain.Log.Committees.Committee;

namespace Dsdn.Modules.Committee;

/// <summary>A committee in the bytes that the log hashes. The seed of genesis is zero here: it is the hash of the block that holds this row.</summary>
internal sealed record CommitteeRow(LogCommittee Committee) : IRow<CommitteeRow>
{
    public static ulong Version => 1;

    /// <summary>As the log knows it.</summary>
    public LogCommittee Seeded(in Hash256 genesisHash) => Committee.Seed.IsZero ? Committee with { Seed = genesisHash } : Committee;

    public void WriteFields(ref RlpWriter writer) => writer.Write(CommitteeCodec.Encode(Committee).AsSpan());

    public static CommitteeRow ReadFields(ref RlpReader reader)
    {
        reader.TryReadBytes(out ReadOnlySpan<byte> bytes);
        return CommitteeCodec.TryDecode(bytes.ToArray(), out LogCommittee? committee) == LogFault.None && committee is not null
            ? new CommitteeRow(committee)
            : throw new StateCorruptException("table committee: not a committee");
    }
}

/// <summary>An anchor that was taken.</summary>
/// <param name="Height">Of the block that took it.</param>
/// <param name="TimeMs">Of that block.</param>
/// <param name="SignedPower">Of the validators whose signatures came with it.</param>
/// <param name="TotalPower">Of their set.</param>
/// <param name="Submitter">Who sent it.</param>
internal sealed record AnchorRow(LogAnchor Anchor, ulong Height, ulong TimeMs, ulong SignedPower, ulong TotalPower, Address Submitter) : IRow<AnchorRow>
{
    public static ulong Version => 1;

    public void WriteFields(ref RlpWriter writer)
    {
        writer.Write(Anchor.ChainId);
        writer.Write(Anchor.Epoch);
        writer.Write(Anchor.ValidatorSetHash);
        writer.Write(Anchor.Seq);
        writer.Write(Anchor.CoreHash);
        writer.Write(Anchor.StateRoot);
        writer.Write(Anchor.DaHeight);
        writer.Write(Anchor.DaDataRoot);
        writer.Write(Height);
        writer.Write(TimeMs);
        writer.Write(SignedPower);
        writer.Write(TotalPower);
        writer.Write(Submitter);
    }

    public static AnchorRow ReadFields(ref RlpReader reader)
    {
        reader.TryReadUInt64(out ulong chainId);
        reader.TryReadUInt64(out ulong epoch);
        reader.TryReadHash(out Hash256 validatorSet);
        reader.TryReadUInt64(out ulong seq);
        reader.TryReadHash(out Hash256 coreHash);
        reader.TryReadHash(out Hash256 stateRoot);
        reader.TryReadUInt64(out ulong daHeight);
        reader.TryReadHash(out Hash256 daDataRoot);
        reader.TryReadUInt64(out ulong height);
        reader.TryReadUInt64(out ulong timeMs);
        reader.TryReadUInt64(out ulong signedPower);
        reader.TryReadUInt64(out ulong totalPower);
        reader.TryReadAddress(out Address submitter);
        LogAnchor anchor = new(chainId, epoch, validatorSet, seq, coreHash, stateRoot, daHeight, daDataRoot);
        return new AnchorRow(anchor, height, timeMs, signedPower, totalPower, submitter);
    }
}
