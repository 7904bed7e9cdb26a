using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Dsdn.Celestia.Namespaces;
using Dsdn.Celestia.Nmt;
using Dsdn.Chain.Primitives;

namespace Dsdn.Celestia.Rpc;

/// <summary>The values that all forms are made of, and the way a whole text is read.</summary>
internal static class DaJson
{
    /// <summary>Deeper texts are refused: no form of the dialect is deeper.</summary>
    private const int DepthMax = 32;

    public static DaVerdict Read<T>(ReadOnlySpan<byte> json, Func<JsonView, T?> read, out T? value)
        where T : class
    {
        value = null;
        return TryParse(json, out JsonElement element) ? Read(element, read, out value) : new DaVerdict(DaFault.Json, "not JSON");
    }

    /// <summary>A text without members of one name twice, which two readers could read as two things.</summary>
    public static bool TryParse(ReadOnlySpan<byte> json, out JsonElement element)
    {
        try
        {
            element = JsonElement.Parse(json, new JsonDocumentOptions { MaxDepth = DepthMax, AllowDuplicateProperties = false });
            return true;
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            element = default;
            return false;
        }
    }

    /// <summary>A member of an object; null where it is missing or null.</summary>
    public static JsonElement? Member(JsonElement owner, string name)
    {
        try
        {
            return owner.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;
        }
        catch (InvalidOperationException)
        {
            return null; // another member has a name that is not UTF-16
        }
    }

    /// <param name="value">Null where it is refused.</param>
    public static DaVerdict Read<T>(JsonElement element, Func<JsonView, T?> read, out T? value)
        where T : class
    {
        JsonFault fault = new();
        value = null;
        try
        {
            T? result = read(new JsonView(element, fault));
            if (fault.What is null && result is not null) value = result;
        }
        catch (InvalidOperationException)
        {
            fault.Set("a text that is not UTF-16"); // a lone surrogate written as an escape
        }
        return value is null ? new DaVerdict(DaFault.Json, fault.What ?? "not of this form") : DaVerdict.Valid;
    }

    public static byte[] Write(Action<Utf8JsonWriter> write)
    {
        ArrayBufferWriter<byte> buffer = new();
        // Quotation marks of texts stand as they are, as Go writes them: no reader takes this for HTML.
        using (Utf8JsonWriter json = new(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping })) write(json);
        return buffer.WrittenSpan.ToArray();
    }

    public static Namespace ReadNamespace(JsonView view) => ReadNamespace(view.Base64(2 * Namespace.Size), view.Fault);

    public static Namespace ReadNamespace(ReadOnlySpan<byte> bytes, JsonFault fault)
    {
        DaVerdict verdict = Namespace.TryDecode(bytes, out Namespace name);
        if (!verdict.IsValid) fault.Set(verdict.Detail);
        return name;
    }

    /// <summary>A namespace in two fields: 28 bytes and a version.</summary>
    public static Namespace ReadSplitNamespace(JsonView id, JsonView version)
    {
        byte[] bytes = id.Base64(Namespace.Size - 1);
        return ReadNamespace([(byte)version.Int32Or(0, byte.MaxValue), .. bytes], id.Fault);
    }

    public static Hash256 ReadHash(JsonView view) => ToHash(view.Base64(Hash256.Size), view.Fault);

    public static Hash256 ToHash(ReadOnlySpan<byte> bytes, JsonFault fault)
    {
        if (bytes.Length == Hash256.Size) return new Hash256(bytes);
        fault.Set($"a hash of {bytes.Length} bytes");
        return default;
    }

    /// <summary>A hash in hexadecimal, or an empty text.</summary>
    public static Hash256? ReadHexHash(JsonView view)
    {
        if (view.IsNull) return null;
        byte[] bytes = view.Hex(Hash256.Size);
        return bytes.Length == 0 ? null : ToHash(bytes, view.Fault);
    }

    public static NmtNode ReadNode(JsonView view) => ToNode(view.Base64(NmtNode.Size), view.Fault);

    public static NmtNode ToNode(ReadOnlySpan<byte> bytes, JsonFault fault)
    {
        DaVerdict verdict = NmtNode.TryDecode(bytes, out NmtNode node);
        if (!verdict.IsValid) fault.Set(verdict.Detail);
        return node;
    }

    public static void WriteNodes(Utf8JsonWriter json, string name, IReadOnlyList<NmtNode> nodes)
    {
        json.WriteStartArray(name);
        foreach (NmtNode node in nodes) json.WriteBase64StringValue(node.ToArray());
        json.WriteEndArray();
    }

    /// <summary>64-bit numbers of CometBFT are texts.</summary>
    public static void WriteText(Utf8JsonWriter json, string name, ulong value) => json.WriteString(name, value.ToString(System.Globalization.CultureInfo.InvariantCulture));

    public static void WriteHex(Utf8JsonWriter json, string name, ReadOnlySpan<byte> value) => json.WriteString(name, Convert.ToHexString(value));
}
