using Dsdn.Chain.Blocks;
using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Execution.Kernel;
using Dsdn.Chain.Primitives;

namespace Dsdn.Modules.Staking;

/// <summary>What the module's balance consists of, beside the fees of the running epoch.</summary>
internal sealed record TotalsRow(Amount Staked, Amount Unbonding, Amount Owed) : IRow<TotalsRow>
{
    public static ulong Version => 1;

    public Amount Sum => Staked + Unbonding + Owed;

    public void WriteFields(ref RlpWriter writer)
    {
        writer.Write(Staked);
        writer.Write(Unbonding);
        writer.Write(Owed);
    }

    public static TotalsRow ReadFields(ref RlpReader reader)
    {
        reader.TryReadAmount(out Amount staked);
        reader.TryReadAmount(out Amount unbonding);
        reader.TryReadAmount(out Amount owed);
        return new TotalsRow(staked, unbonding, owed);
    }
}

internal sealed record EpochRow(ulong Number, ulong StartHeight, ulong StartMs) : IRow<EpochRow>
{
    public static ulong Version => 1;

    public void WriteFields(ref RlpWriter writer)
    {
        writer.Write(Number);
        writer.Write(StartHeight);
        writer.Write(StartMs);
    }

    public static EpochRow ReadFields(ref RlpReader reader)
    {
        reader.TryReadUInt64(out ulong number);
        reader.TryReadUInt64(out ulong startHeight);
        reader.TryReadUInt64(out ulong startMs);
        return new EpochRow(number, startHeight, startMs);
    }
}

/// <summary>The last height of an epoch and its block's time.</summary>
internal sealed record EpochEndRow(ulong EndHeight, ulong EndMs) : IRow<EpochEndRow>
{
    public static ulong Version => 1;

    public void WriteFields(ref RlpWriter writer)
    {
        writer.Write(EndHeight);
        writer.Write(EndMs);
    }

    public static EpochEndRow ReadFields(ref RlpReader reader)
    {
        reader.TryReadUInt64(out ulong endHeight);
        reader.TryReadUInt64(out ulong endMs);
        return new EpochEndRow(endHeight, endMs);
    }
}

/// <summary>A validator set, kept under the first height it votes on. Keys and payouts are as they were when it was made.</summary>
/// <param name="PreviousHeight">Where the set before it is kept.</param>
internal sealed record SetRow(ulong MadeMs, ulong PreviousHeight, ValidatorSet Set) : IRow<SetRow>
{
    public static ulong Version => 1;

    public void WriteFields(ref RlpWriter writer)
    {
        writer.Write(MadeMs);
        writer.Write(PreviousHeight);
        int list = writer.BeginList();
        foreach (Validator validator in Set.Validators)
        {
            int item = writer.BeginList();
            writer.Write(validator.Operator);
            writer.Write(validator.ConsensusKey.Span);
            writer.Write(validator.Power);
            writer.Write(validator.Payout);
            writer.EndList(item);
        }
        writer.EndList(list);
    }

    public static SetRow ReadFields(ref RlpReader reader)
    {
        reader.TryReadUInt64(out ulong madeMs);
        reader.TryReadUInt64(out ulong previousHeight);
        List<Validator> validators = [];
        if (reader.TryReadList(out RlpReader items))
        {
            while (items.TryReadList(out RlpReader item))
            {
                item.TryReadAddress(out Address validatorOperator);
                item.TryReadFixed(32, out ReadOnlySpan<byte> key);
                item.TryReadUInt64(out ulong power);
                item.TryReadAddress(out Address payout);
                if (!item.TryEnd()) reader.Fail(item.Error);
                validators.Add(new Validator(validatorOperator, key.ToArray(), power, payout));
                if (items.AtEnd) break;
            }
            if (!items.AtEnd) reader.Fail(RlpError.TrailingBytes);
        }
        return new SetRow(madeMs, previousHeight, new ValidatorSet(validators));
    }
}

/// <summary>Missed blocks of a validator within the window. Written only when a block is missed.</summary>
/// <param name="Height">Up to which <paramref name="Missed"/> is true.</param>
/// <param name="Missed">Bit (height mod window): missed.</param>
internal sealed record LivenessRow(ulong Height, byte[] Missed) : IRow<LivenessRow>
{
    public static ulong Version => 1;

    public void WriteFields(ref RlpWriter writer)
    {
        writer.Write(Height);
        writer.Write(Missed.AsSpan());
    }

    public static LivenessRow ReadFields(ref RlpReader reader)
    {
        reader.TryReadUInt64(out ulong height);
        reader.TryReadBytes(out ReadOnlySpan<byte> missed);
        return new LivenessRow(height, missed.ToArray());
    }
}
