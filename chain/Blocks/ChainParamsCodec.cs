using System.Diagnostics.CodeAnalysis;
using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Blocks;

/// <summary>The parameters as one RLP list in the order of their declaration, version first.</summary>
public static class ChainParamsCodec
{
    public static byte[] Encode(ChainParams parameters)
    {
        var writer = new RlpWriter(stackalloc byte[128]);
        int list = writer.BeginList();
        writer.Write((ulong)parameters.Version);
        writer.Write(parameters.BlockGasMax);
        writer.Write(parameters.BlockGasTarget);
        writer.Write((ulong)parameters.BlockBytesMax);
        writer.Write(parameters.TransactionGasMax);
        writer.Write((ulong)parameters.TransactionBytesMax);
        writer.Write((ulong)parameters.BlockIntervalMs);
        writer.Write(parameters.BaseFeeFloor);
        writer.Write((ulong)parameters.BaseFeeChangeDivisor);
        writer.Write((ulong)parameters.EpochBlocks);
        writer.Write(parameters.UnbondingMs);
        writer.Write((ulong)parameters.LivenessWindowBlocks);
        writer.EndList(list);
        byte[] encoded = writer.ToArray();
        writer.Dispose();
        return encoded;
    }

    /// <summary>False for another version, bad bytes, or values out of bounds.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out ChainParams? parameters)
    {
        parameters = null;
        var reader = new RlpReader(bytes);
        if (!reader.TryReadList(out RlpReader fields) || !reader.TryEnd()) return false;
        fields.TryReadUInt32(out uint version);
        fields.TryReadUInt64(out ulong blockGasMax);
        fields.TryReadUInt64(out ulong blockGasTarget);
        fields.TryReadUInt32(out uint blockBytesMax);
        fields.TryReadUInt64(out ulong transactionGasMax);
        fields.TryReadUInt32(out uint transactionBytesMax);
        fields.TryReadUInt32(out uint blockIntervalMs);
        fields.TryReadAmount(out Amount baseFeeFloor);
        fields.TryReadUInt32(out uint baseFeeChangeDivisor);
        fields.TryReadUInt32(out uint epochBlocks);
        fields.TryReadUInt64(out ulong unbondingMs);
        fields.TryReadUInt32(out uint livenessWindowBlocks);
        if (!fields.TryEnd() || version != ChainParams.CurrentVersion) return false;
        var read = new ChainParams
        {
            Version = version, BlockGasMax = blockGasMax, BlockGasTarget = blockGasTarget, BlockBytesMax = blockBytesMax,
            TransactionGasMax = transactionGasMax, TransactionBytesMax = transactionBytesMax, BlockIntervalMs = blockIntervalMs,
            BaseFeeFloor = baseFeeFloor, BaseFeeChangeDivisor = baseFeeChangeDivisor, EpochBlocks = epochBlocks, UnbondingMs = unbondingMs,
            LivenessWindowBlocks = livenessWindowBlocks,
        };
        if (ChainParamsRules.Check(read).Count != 0) return false;
        parameters = read;
        return true;
    }
}
