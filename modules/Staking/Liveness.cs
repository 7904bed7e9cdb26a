using System.Numerics;
using Dsdn.Chain.Blocks;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Staking;

/// <summary>
/// Begin-block work: who did not sign the parent (rulings 20). State is written only for those who missed, so a block that
/// everybody signed leaves nothing.
/// </summary>
internal static class Liveness
{
    private static readonly MoveReason Reason = MoveReason.Of("missed-blocks");

    public static void Run(ModuleContext context)
    {
        if (context.Block.LastCommit is { } commit) Record(context, commit.Height, commit.Signers.Span);
    }

    /// <param name="signers">Bit i of byte i/8: validator i of the set that voted on <paramref name="height"/> signed.</param>
    public static void Record(ModuleContext context, ulong height, ReadOnlySpan<byte> signers)
    {
        if (ValidatorSets.At(context, height) is not { } row) return;
        StakingParams parameters = StakingState.ReadParams(context);
        IReadOnlyList<Validator> voters = row.Set.Validators;
        for (int i = 0; i < voters.Count; i++)
        {
            bool signed = i / 8 < signers.Length && (signers[i / 8] & (1 << (i % 8))) != 0;
            if (!signed) Miss(context, parameters, voters[i].Operator, height);
        }
    }

    private static void Miss(ModuleContext context, StakingParams parameters, Address validatorOperator, ulong height)
    {
        AddressKey key = new(validatorOperator);
        int window = (int)parameters.LivenessWindowBlocks;
        byte[] missed = new byte[(window + 7) / 8];
        if (StakingState.Liveness.Find(context, key) is { } earlier && earlier.Missed.Length == missed.Length && height - earlier.Height < (ulong)window)
        {
            earlier.Missed.CopyTo(missed, 0);
            for (ulong passed = earlier.Height + 1; passed < height; passed++) Set(missed, (int)(passed % (ulong)window), false);
        }
        Set(missed, (int)(height % (ulong)window), true);
        int count = missed.Sum(bits => BitOperations.PopCount(bits));
        bool tooMany = (ulong)(window - count) * 10_000 < (ulong)window * parameters.LivenessMinBps;
        if (tooMany && Jailing.Jail(context, validatorOperator, context.Block.TimeMs + parameters.JailMs, Reason))
            StakingState.Liveness.Delete(context, key);
        else
            StakingState.Liveness.Set(context, key, new LivenessRow(height, missed));
    }

    private static void Set(byte[] bits, int index, bool value)
    {
        int mask = 1 << (index % 8);
        bits[index / 8] = (byte)(value ? bits[index / 8] | mask : bits[index / 8] & ~mask & 0xff);
    }
}
