using System.Diagnostics.CodeAnalysis;
using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Blocks;

/// <summary>The consensus header as one RLP list in the order of its declaration (chain-decisions 2), version first.</summary>
public static class ConsensusHeaderCodec
{
    public static byte[] Encode(ConsensusHeader header)
    {
        var writer = new RlpWriter(stackalloc byte[512]);
        Write(ref writer, header);
        byte[] encoded = writer.ToArray();
        writer.Dispose();
        return encoded;
    }

    public static void Write(ref RlpWriter writer, ConsensusHeader header)
    {
        int list = writer.BeginList();
        writer.Write((ulong)header.Version);
        writer.Write(header.ChainId);
        writer.Write(header.Height);
        writer.Write(header.TimeMs);
        writer.Write(header.Proposer);
        writer.Write(header.LastCommitHash);
        writer.Write(header.ValidatorsHash);
        writer.Write(header.NextValidatorsHash);
        writer.Write(header.ParamsHash);
        writer.Write(header.EvidenceHash);
        writer.Write(header.VrfProofHash);
        writer.Write(header.Beacon);
        writer.Write(header.ModuleRootsHash);
        writer.Write(header.LogAnchorRoot);
        writer.EndList(list);
    }

    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out ConsensusHeader? header)
    {
        var reader = new RlpReader(bytes);
        return TryRead(ref reader, out header) && reader.TryEnd();
    }

    /// <summary>Versions other than <see cref="ConsensusHeader.CurrentVersion"/> are refused.</summary>
    public static bool TryRead(ref RlpReader reader, [NotNullWhen(true)] out ConsensusHeader? header)
    {
        header = null;
        if (!reader.TryReadList(out RlpReader fields)) return false;
        fields.TryReadUInt32(out uint version);
        fields.TryReadUInt64(out ulong chainId);
        fields.TryReadUInt64(out ulong height);
        fields.TryReadUInt64(out ulong timeMs);
        fields.TryReadAddress(out Address proposer);
        fields.TryReadHash(out Hash256 lastCommitHash);
        fields.TryReadHash(out Hash256 validatorsHash);
        fields.TryReadHash(out Hash256 nextValidatorsHash);
        fields.TryReadHash(out Hash256 paramsHash);
        fields.TryReadHash(out Hash256 evidenceHash);
        fields.TryReadHash(out Hash256 vrfProofHash);
        fields.TryReadHash(out Hash256 beacon);
        fields.TryReadHash(out Hash256 moduleRootsHash);
        fields.TryReadHash(out Hash256 logAnchorRoot);
        if (!fields.TryEnd() || version != ConsensusHeader.CurrentVersion) return false;
        header = new ConsensusHeader
        {
            Version = version, ChainId = chainId, Height = height, TimeMs = timeMs, Proposer = proposer, LastCommitHash = lastCommitHash,
            ValidatorsHash = validatorsHash, NextValidatorsHash = nextValidatorsHash, ParamsHash = paramsHash, EvidenceHash = evidenceHash,
            VrfProofHash = vrfProofHash, Beacon = beacon, ModuleRootsHash = moduleRootsHash, LogAnchorRoot = logAnchorRoot,
        };
        return true;
    }
}
