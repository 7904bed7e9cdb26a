using System.Globalization;
using Dsdn.Chain.Primitives;
using Dsdn.Chain.Transactions;

namespace Dsdn.Chain.Blocks;

/// <param name="Field">Name as in genesis JSON.</param>
public sealed record ChainParamsFault(string Field, string Rule);

/// <summary>Bounds of every parameter, whoever sets it: genesis or governance.</summary>
public static class ChainParamsRules
{
    public const ulong BlockGasLeast = 1_000_000;
    public const ulong BlockGasGreatest = 10_000_000_000;
    public const uint BlockBytesLeast = 256 * 1024;
    /// <summary>A proposal, with its commit and evidence, must fit what peers pass on (PeerLimits.ValueBytesMax).</summary>
    public const uint BlockBytesGreatest = 4 * 1024 * 1024;
    public const uint BlockIntervalMsGreatest = 60_000;
    public const uint EpochBlocksGreatest = 1_000_000;
    public const ulong UnbondingMsLeast = 1_000;
    public const ulong UnbondingMsGreatest = 90UL * 24 * 60 * 60 * 1000;
    public const uint LivenessWindowBlocksLeast = 10;
    public const uint LivenessWindowBlocksGreatest = 100_000;

    /// <summary>Everything that is out of bounds.</summary>
    public static IReadOnlyList<ChainParamsFault> Check(ChainParams parameters)
    {
        List<ChainParamsFault> faults = [];
        Within("blockGasMax", parameters.BlockGasMax, BlockGasLeast, BlockGasGreatest);
        Within("blockGasTarget", parameters.BlockGasTarget, 1, parameters.BlockGasMax);
        Within("blockBytesMax", parameters.BlockBytesMax, BlockBytesLeast, BlockBytesGreatest);
        Within("transactionGasMax", parameters.TransactionGasMax, IntrinsicGas.Transaction, TransactionBounds.GasMaxOfEip7825);
        Within("transactionBytesMax", parameters.TransactionBytesMax, 1024, TransactionCodec.BytesMax);
        Within("blockIntervalMs", parameters.BlockIntervalMs, 0, BlockIntervalMsGreatest);
        Within("baseFeeChangeDivisor", parameters.BaseFeeChangeDivisor, 2, 1_000);
        Within("epochBlocks", parameters.EpochBlocks, 1, EpochBlocksGreatest);
        Within("unbondingMs", parameters.UnbondingMs, UnbondingMsLeast, UnbondingMsGreatest);
        Within("livenessWindowBlocks", parameters.LivenessWindowBlocks, LivenessWindowBlocksLeast, LivenessWindowBlocksGreatest);
        if (parameters.BaseFeeFloor > Amount.Gwei(1_000_000)) faults.Add(new ChainParamsFault("baseFeeFloor", "at most 1000000 gwei"));
        return faults;

        void Within(string field, ulong value, ulong least, ulong greatest)
        {
            if (value < least || value > greatest)
                faults.Add(new ChainParamsFault(field, string.Create(CultureInfo.InvariantCulture, $"{value} is not within {least} to {greatest}")));
        }
    }
}
