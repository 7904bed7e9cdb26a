using System.Diagnostics.CodeAnalysis;
using Dsdn.Chain.Codecs.Rlp;
using Dsdn.Chain.Primitives;

namespace Dsdn.Chain.Blocks;

/// <summary>A validator set: rlp([version, [[operator, consensusKey, power, payout]...]]) in the set's order.</summary>
public static class ValidatorSetCodec
{
    /// <summary>Bound of what is decoded, far above any set that governance may allow.</summary>
    public const int ValidatorsMax = CertificateCodec.SignerBytesMax * 8;

    private const ulong Version = 1;
    private const int ConsensusKeyBytes = 32;

    public static byte[] Encode(ValidatorSet set)
    {
        var writer = new RlpWriter(stackalloc byte[512]);
        Write(ref writer, set);
        byte[] encoded = writer.ToArray();
        writer.Dispose();
        return encoded;
    }

    public static void Write(ref RlpWriter writer, ValidatorSet set)
    {
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
    }

    public static bool TryDecode(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out ValidatorSet? set)
    {
        var reader = new RlpReader(bytes);
        return TryRead(ref reader, out set) && reader.TryEnd();
    }

    public static bool TryRead(ref RlpReader reader, [NotNullWhen(true)] out ValidatorSet? set)
    {
        set = null;
        if (!reader.TryReadList(out RlpReader fields) || !fields.TryReadUInt64(out ulong version) || version != Version) return false;
        if (!fields.TryReadList(out RlpReader items) || !fields.TryEnd() || !items.TryCount(out int count) || count > ValidatorsMax) return false;
        var validators = new Validator[count];
        for (int i = 0; i < count; i++)
        {
            if (!items.TryReadList(out RlpReader item)) return false;
            item.TryReadAddress(out Address operatorAddress);
            item.TryReadFixed(ConsensusKeyBytes, out ReadOnlySpan<byte> key);
            item.TryReadUInt64(out ulong power);
            item.TryReadAddress(out Address payout);
            if (!item.TryEnd()) return false;
            validators[i] = new Validator(operatorAddress, key.ToArray(), power, payout);
        }
        set = new ValidatorSet(validators);
        return true;
    }
}
