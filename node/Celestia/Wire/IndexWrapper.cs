namespace Dsdn.Celestia.Wire;

/// <summary>
/// A paying transaction as it stands in the square, with the places of its blobs: IndexWrapper {tx = 1, share_indexes = 2 packed,
/// type_id = 3 "INDX"}.
/// </summary>
public sealed record IndexWrapper(ReadOnlyMemory<byte> Transaction, IReadOnlyList<uint> ShareIndexes)
{
    private static ReadOnlySpan<byte> TypeId => "INDX"u8;

    /// <summary>The place that takes the most bytes, for which room is kept while places are not known: behind the widest square.</summary>
    private const uint WorstIndex = DaLimits.SquareWidthMax * DaLimits.SquareWidthMax;

    public static IndexWrapper Worst(ReadOnlyMemory<byte> transaction, int blobs) => new(transaction, [.. Enumerable.Repeat(WorstIndex, blobs)]);

    public byte[] Encode()
    {
        ProtobufWriter packed = new();
        foreach (uint index in ShareIndexes) packed.RawVarint(index);
        return new ProtobufWriter().Bytes(1, Transaction.Span).Bytes(2, packed.ToArray()).Bytes(3, TypeId).ToArray();
    }

    /// <param name="wrapper">Null where it is refused.</param>
    public static DaVerdict TryDecode(ReadOnlySpan<byte> bytes, out IndexWrapper? wrapper)
    {
        wrapper = null;
        byte[]? transaction = null;
        List<uint> indexes = [];
        bool isNamed = false;
        ProtobufReader reader = new(bytes);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out int field, out ProtobufKind kind) || kind != ProtobufKind.Bytes || field is < 1 or > 3) return Malformed($"field {field} in an IndexWrapper");
            if (!reader.TryReadBytes(out ReadOnlySpan<byte> value)) return Malformed($"field {field} is cut off");
            if (field == 1) transaction = value.ToArray();
            if (field == 3) isNamed = value.SequenceEqual(TypeId);
            if (field != 2) continue;
            ProtobufReader packed = new(value);
            while (!packed.AtEnd)
            {
                if (!packed.TryReadUInt32(out uint index)) return Malformed("a place of a blob");
                if (indexes.Count == DaLimits.BlobsPerTransactionMax) return Malformed($"more than {DaLimits.BlobsPerTransactionMax} blobs");
                indexes.Add(index);
            }
        }
        if (!isNamed || transaction is null) return Malformed("not an IndexWrapper");
        wrapper = new IndexWrapper(transaction, indexes);
        return DaVerdict.Valid;
    }

    private static DaVerdict Malformed(string what) => new(DaFault.Protobuf, what);
}
