using System.Text;
using Dsdn.Celestia.Namespaces;
using Dsdn.Chain.Primitives;

namespace Dsdn.Celestia.Wire;

/// <summary>
/// The message that pays for blobs: MsgPayForBlobs {signer = 1, namespaces = 2, blob_sizes = 3, share_commitments = 4,
/// share_versions = 8}.
/// </summary>
/// <param name="Signer">A bech32 address.</param>
public sealed record PayForBlobs(
    string Signer, IReadOnlyList<Namespace> Namespaces, IReadOnlyList<uint> BlobSizes, IReadOnlyList<Hash256> Commitments, IReadOnlyList<uint> ShareVersions)
{
    public const string TypeUrl = "/celestia.blob.v1.MsgPayForBlobs";

    /// <summary>The first message of this kind in a signed transaction: Tx {body = 1 {messages = 1 {type_url = 1, value = 2}}}.</summary>
    /// <param name="message">Null where there is none or it is malformed.</param>
    public static DaVerdict TryFind(ReadOnlySpan<byte> transaction, out PayForBlobs? message)
    {
        message = null;
        if (!TryField(transaction, 1, out ReadOnlySpan<byte> body)) return Malformed("a transaction without a body");
        ProtobufReader reader = new(body);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out int field, out ProtobufKind kind)) return Malformed("a tag in the body");
            if (field != 1 || kind != ProtobufKind.Bytes)
            {
                if (!reader.TrySkip(kind)) return Malformed($"field {field} of the body is cut off");
                continue;
            }
            if (!reader.TryReadBytes(out ReadOnlySpan<byte> any)) return Malformed("a message is cut off");
            if (TryField(any, 1, out ReadOnlySpan<byte> url) && url.SequenceEqual(Encoding.UTF8.GetBytes(TypeUrl)))
                return TryField(any, 2, out ReadOnlySpan<byte> value) ? TryDecode(value, out message) : Malformed("a message without a value");
        }
        return Malformed("no MsgPayForBlobs");
    }

    public static DaVerdict TryDecode(ReadOnlySpan<byte> bytes, out PayForBlobs? message)
    {
        message = null;
        string signer = "";
        List<Namespace> names = [];
        List<Hash256> commitments = [];
        List<uint> sizes = [], versions = [];
        ProtobufReader reader = new(bytes);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out int field, out ProtobufKind kind) || field is not (1 or 2 or 3 or 4 or 8)) return Malformed($"field {field} in a MsgPayForBlobs");
            if (kind == ProtobufKind.Varint && field is 3 or 8)
            {
                if (!reader.TryReadUInt32(out uint single) || !TryAdd(field == 3 ? sizes : versions, single)) return Malformed($"field {field}");
                continue;
            }
            if (kind != ProtobufKind.Bytes || !reader.TryReadBytes(out ReadOnlySpan<byte> value)) return Malformed($"field {field} is cut off");
            bool isGood = field switch
            {
                1 => TryAddress(value, out signer),
                2 => Namespace.TryDecode(value, out Namespace name).IsValid && TryAdd(names, name),
                4 => value.Length == Hash256.Size && TryAdd(commitments, new Hash256(value)),
                _ => TryPacked(value, field == 3 ? sizes : versions),
            };
            if (!isGood) return Malformed($"field {field}");
        }
        int count = names.Count;
        if (versions.Count == 0) versions.AddRange(Enumerable.Repeat(0u, count));
        if (count == 0 || sizes.Count != count || commitments.Count != count || versions.Count != count)
            return Malformed($"{count} namespaces, {sizes.Count} sizes, {commitments.Count} commitments and {versions.Count} versions");
        message = new PayForBlobs(signer, names, sizes, commitments, versions);
        return DaVerdict.Valid;
    }

    public byte[] Encode()
    {
        ProtobufWriter writer = new(), sizes = new(), versions = new();
        writer.Bytes(1, Encoding.UTF8.GetBytes(Signer));
        foreach (Namespace name in Namespaces) writer.Message(2, name.ToArray());
        foreach (uint size in BlobSizes) sizes.RawVarint(size);
        writer.Bytes(3, sizes.ToArray());
        foreach (Hash256 commitment in Commitments) writer.Message(4, commitment.Span);
        foreach (uint version in ShareVersions) versions.RawVarint(version);
        return writer.Bytes(8, versions.ToArray()).ToArray();
    }

    private static bool TryField(ReadOnlySpan<byte> message, int wanted, out ReadOnlySpan<byte> value)
    {
        value = default;
        ProtobufReader reader = new(message);
        while (!reader.AtEnd)
        {
            if (!reader.TryReadTag(out int field, out ProtobufKind kind)) return false;
            if (field == wanted && kind == ProtobufKind.Bytes) return reader.TryReadBytes(out value);
            if (!reader.TrySkip(kind)) return false;
        }
        return false;
    }

    private static bool TryPacked(ReadOnlySpan<byte> bytes, List<uint> list)
    {
        ProtobufReader reader = new(bytes);
        while (!reader.AtEnd)
            if (!reader.TryReadUInt32(out uint value) || !TryAdd(list, value)) return false;
        return true;
    }

    private static bool TryAdd<T>(List<T> list, T item)
    {
        if (list.Count == DaLimits.BlobsPerTransactionMax) return false;
        list.Add(item);
        return true;
    }

    private static bool TryAddress(ReadOnlySpan<byte> value, out string address)
    {
        const int AddressBytesMax = 128;
        bool isText = value.Length <= AddressBytesMax && !value.ContainsAnyExceptInRange((byte)'!', (byte)'~');
        address = isText ? Encoding.ASCII.GetString(value) : "";
        return isText;
    }

    private static DaVerdict Malformed(string what) => new(DaFault.Protobuf, what);
}
