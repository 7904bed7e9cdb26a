using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Shares;

namespace Dsdn.Celestia.Wire;

/// <summary>
/// A transaction with its blobs as it stands in a block: BlobTx {tx = 1, blobs = 2, type_id = 3 "BLOB"}, blob {namespace_id = 1,
/// data = 2, share_version = 3, namespace_version = 4, signer = 5}.
/// </summary>
/// <param name="Transaction">The signed transaction that pays.</param>
public sealed record BlobTransaction(ReadOnlyMemory<byte> Transaction, IReadOnlyList<Blob> Blobs)
{
    private static ReadOnlySpan<byte> TypeId => "BLOB"u8;

    /// <summary>Whether bytes name themselves a BlobTx; other bytes are an ordinary transaction.</summary>
    public static bool Is(ReadOnlySpan<byte> bytes)
    {
        ProtobufReader reader = new(bytes);
        bool isNamed = false;
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out int field, out ProtobufKind kind)) return false;
            if (field == 3 && kind == ProtobufKind.Bytes)
            {
                if (!reader.TryReadBytes(out ReadOnlySpan<byte> type)) return false;
                isNamed = type.SequenceEqual(TypeId);
            }
            else if (!reader.TrySkip(kind))
            {
                return false;
            }
        }
        return isNamed;
    }

    /// <param name="transaction">Null where it is refused.</param>
    public static DaVerdict TryDecode(ReadOnlyMemory<byte> bytes, out BlobTransaction? transaction)
    {
        transaction = null;
        if (!Is(bytes.Span)) return Malformed("not a BlobTx");
        List<Blob> blobs = [];
        byte[]? inner = null;
        ProtobufReader reader = new(bytes.Span);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out int field, out ProtobufKind kind) || kind != ProtobufKind.Bytes || field is < 1 or > 3) return Malformed($"field {field} in a BlobTx");
            if (!reader.TryReadBytes(out ReadOnlySpan<byte> value)) return Malformed($"field {field} is cut off");
            if (field == 1) inner = value.ToArray();
            if (field != 2) continue;
            if (blobs.Count == DaLimits.BlobsPerTransactionMax) return Malformed($"more than {DaLimits.BlobsPerTransactionMax} blobs");
            DaVerdict verdict = TryDecodeBlob(value, out Blob? blob);
            if (blob is null) return verdict;
            blobs.Add(blob);
        }
        if (inner is null || blobs.Count == 0) return Malformed("a BlobTx without a transaction or blobs");
        transaction = new BlobTransaction(inner, blobs);
        return DaVerdict.Valid;
    }

    public byte[] Encode()
    {
        ProtobufWriter writer = new();
        writer.Bytes(1, Transaction.Span);
        foreach (Blob blob in Blobs)
        {
            byte[] name = blob.Namespace.ToArray();
            writer.Message(2, new ProtobufWriter()
                .Bytes(1, name.AsSpan(1)).Bytes(2, blob.Data.Span).Varint(3, blob.ShareVersion).Varint(4, name[0]).Bytes(5, blob.Signer.Span).ToArray());
        }
        return writer.Bytes(3, TypeId).ToArray();
    }

    private static DaVerdict TryDecodeBlob(ReadOnlySpan<byte> bytes, out Blob? blob)
    {
        blob = null;
        Span<byte> name = stackalloc byte[Namespace.Size];
        name.Clear();
        byte[] data = [], signer = [];
        uint version = 0, namespaceVersion = 0;
        bool hasName = false;
        ProtobufReader reader = new(bytes);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out int field, out ProtobufKind kind)) return Malformed("a tag in a blob");
            if (field is 1 or 2 or 5 && kind == ProtobufKind.Bytes)
            {
                if (!reader.TryReadBytes(out ReadOnlySpan<byte> value)) return Malformed($"field {field} of a blob is cut off");
                if (field == 1 && value.Length != Namespace.Size - 1) return Malformed($"a namespace id of {value.Length} bytes");
                if (field == 1) value.CopyTo(name[1..]);
                hasName |= field == 1;
                if (field == 2) data = value.ToArray();
                if (field == 5) signer = value.ToArray();
            }
            else if (field is 3 or 4 && kind == ProtobufKind.Varint)
            {
                if (!reader.TryReadUInt32(out uint value) || value > byte.MaxValue) return Malformed($"field {field} of a blob is no version");
                if (field == 3) version = value;
                else namespaceVersion = value;
            }
            else
            {
                return Malformed($"field {field} in a blob");
            }
        }
        if (!hasName) return Malformed("a blob without a namespace");
        name[0] = (byte)namespaceVersion;
        return Blob.TryCreate(new Namespace(name), data, (byte)version, signer, out blob);
    }

    private static DaVerdict Malformed(string what) => new(DaFault.Protobuf, what);
}
