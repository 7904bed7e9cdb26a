using System.Text.Json;
using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Shares;
using Dsdn.Chain.Primitives;

namespace Dsdn.Celestia.Rpc;

/// <summary>A blob as the JSON-RPC has it.</summary>
/// <param name="Commitment">What the sender says; null where it says nothing. Never trusted.</param>
/// <param name="ExtendedIndex">Of its first share in the extended square; -1 where not known.</param>
public sealed record RpcBlob(Blob Blob, Hash256? Commitment, int ExtendedIndex);

/// <summary>{namespace, data, share_version, commitment, signer, index}; and the other form that state.SubmitPayForBlob takes.</summary>
public static class BlobJson
{
    /// <summary>Blobs in one answer.</summary>
    public const int BlobsMax = DaLimits.SquareWidthMax * DaLimits.SquareWidthMax;

    public static DaVerdict TryRead(JsonElement element, out RpcBlob? blob)
    {
        blob = null;
        DaVerdict verdict = DaJson.Read(element, view => Read(view, DaJson.ReadNamespace(view["namespace"])), out Fields? fields);
        return fields is null ? verdict : Create(fields, out blob);
    }

    /// <summary>{namespace_id, namespace_version, data, share_version, signer}.</summary>
    public static DaVerdict TryReadApp(JsonElement element, out RpcBlob? blob)
    {
        blob = null;
        DaVerdict verdict = DaJson.Read(element, view => Read(view, DaJson.ReadSplitNamespace(view["namespace_id"], view["namespace_version"])), out Fields? fields);
        return fields is null ? verdict : Create(fields, out blob);
    }

    /// <summary>A list of blobs; null is an empty one.</summary>
    public static DaVerdict TryReadList(JsonElement element, out IReadOnlyList<RpcBlob>? blobs)
    {
        blobs = null;
        List<RpcBlob> read = [];
        if (element.ValueKind == JsonValueKind.Array)
        {
            if (element.GetArrayLength() > BlobsMax) return new DaVerdict(DaFault.Json, $"{element.GetArrayLength()} blobs");
            foreach (JsonElement item in element.EnumerateArray())
            {
                DaVerdict verdict = TryRead(item, out RpcBlob? blob);
                if (blob is null) return verdict;
                read.Add(blob);
            }
        }
        else if (element.ValueKind != JsonValueKind.Null)
        {
            return new DaVerdict(DaFault.Json, "blobs are a list");
        }
        blobs = read;
        return DaVerdict.Valid;
    }

    /// <param name="extendedIndex">-1 where not known.</param>
    public static void Write(Utf8JsonWriter json, Blob blob, in Hash256 commitment, int extendedIndex = -1)
    {
        json.WriteStartObject();
        json.WriteBase64String("namespace", blob.Namespace.ToArray());
        json.WriteBase64String("data", blob.Data.Span);
        json.WriteNumber("share_version", blob.ShareVersion);
        json.WriteBase64String("commitment", commitment.Span);
        if (!blob.Signer.IsEmpty) json.WriteBase64String("signer", blob.Signer.Span);
        json.WriteNumber("index", extendedIndex);
        json.WriteEndObject();
    }

    private sealed record Fields(Namespace Name, byte[] Data, byte ShareVersion, byte[] Signer, Hash256? Commitment, int Index);

    private static Fields Read(JsonView view, Namespace name)
    {
        byte[] commitment = view["commitment"].Base64Or([], Hash256.Size);
        JsonElement index = view["index"].Element;
        return new Fields(
            name,
            view["data"].Base64Or([], DaLimits.BlobBytesMax),
            (byte)view["share_version"].Int32Or(0, byte.MaxValue),
            view["signer"].Base64Or([], ShareFormat.SignerBytes),
            commitment.Length == 0 ? null : DaJson.ToHash(commitment, view.Fault),
            index.ValueKind == JsonValueKind.Number && index.TryGetInt32(out int place) ? place : -1);
    }

    private static DaVerdict Create(Fields fields, out RpcBlob? blob)
    {
        DaVerdict verdict = Blob.TryCreate(fields.Name, fields.Data, fields.ShareVersion, fields.Signer, out Blob? own);
        blob = own is null ? null : new RpcBlob(own, fields.Commitment, fields.Index);
        return verdict;
    }
}
