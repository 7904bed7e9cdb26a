using Dsdn.Chain.Blocks;
using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Storage;

/// <summary>A validator set on disk: rlp([version, [[operator, consensusKey, power, payout]...]]) in the set's order.</summary>
internal static class ValidatorsRecord
{
    private const ulong Version = 1;
    private const int ConsensusKeyBytes = 32;

    public static byte[] Encode(ValidatorSet set)
    {
        var writer = new RlpWriter(stackalloc byte[512]);
        int record = writer.BeginList();
        writer.Write(Version);
        int items = writer.BeginList();
        for (int i = 0; i < set.Validators.Count; i++)
        {
            Validator validator = set.Validators[i];
            int item = writer.BeginList();
            writer.Write(validator.Operator);
            writer.Write(validator.ConsensusKey.Span);
            writer.Write(validator.Power);
            writer.Write(validator.Payout);
            writer.EndList(item);
        }
        writer.EndList(items);
        writer.EndList(record);
        byte[] encoded = writer.ToArray();
        writer.Dispose();
        return encoded;
    }

    /// <exception cref="StoreCorruptException">not such a record</exception>
    public static ValidatorSet Decode(ReadOnlySpan<byte> record)
    {
        var input = new RlpReader(record);
        if (!input.TryReadList(out RlpReader fields) || !input.TryEnd() || !fields.TryReadUInt64(out ulong version) || version != Version) throw Corrupt();
        if (!fields.TryReadList(out RlpReader items) || !fields.TryEnd()) throw Corrupt();
        var validators = new List<Validator>();
        while (!items.AtEnd)
        {
            if (!items.TryReadList(out RlpReader item)) throw Corrupt();
            item.TryReadAddress(out Address operatorAddress);
            item.TryReadFixed(ConsensusKeyBytes, out ReadOnlySpan<byte> key);
            item.TryReadUInt64(out ulong power);
            item.TryReadAddress(out Address payout);
            if (!item.TryEnd()) throw Corrupt();
            validators.Add(new Validator(operatorAddress, key.ToArray(), power, payout));
        }
        return new ValidatorSet(validators);
    }

    private static StoreCorruptException Corrupt() => new("validator set");
}
