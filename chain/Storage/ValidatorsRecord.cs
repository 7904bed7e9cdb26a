using Dsdn.Chain.Blocks;

namespace Dsdn.Chain.Storage;

/// <summary>A validator set on disk, as <see cref="ValidatorSetCodec"/> encodes it.</summary>
internal static class ValidatorsRecord
{
    public static byte[] Encode(ValidatorSet set) => ValidatorSetCodec.Encode(set);

    /// <exception cref="StoreCorruptException">not such a record</exception>
    public static ValidatorSet Decode(ReadOnlySpan<byte> record) =>
        ValidatorSetCodec.TryDecode(record, out ValidatorSet? set) ? set : throw new StoreCorruptException("validator set");
}
