using System.Text.Json;

namespace Dsdn.Chain.Wallet.Keystore;

/// <summary>Reads the fields of a key file; every failure is false, whatever the file holds.</summary>
internal static class KeyJson
{
    private const int FileBytesMax = 64 * 1024;
    private const int DepthMax = 8;

    internal static JsonDocument? Parse(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > FileBytesMax) return null;
        try
        {
            JsonDocument document = JsonDocument.Parse(utf8.ToArray(), new JsonDocumentOptions { MaxDepth = DepthMax });
            if (document.RootElement.ValueKind == JsonValueKind.Object) return document;
            document.Dispose();
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal static bool TryObject(JsonElement parent, string name, out JsonElement value) =>
        parent.TryGetProperty(name, out value) && value.ValueKind == JsonValueKind.Object;

    internal static bool TryText(JsonElement parent, string name, out string value)
    {
        value = "";
        if (!parent.TryGetProperty(name, out JsonElement element) || element.ValueKind != JsonValueKind.String) return false;
        try
        {
            value = element.GetString() ?? "";
            return true;
        }
        catch (InvalidOperationException)
        {
            return false; // escapes that are half of a surrogate pair
        }
    }

    internal static bool TryNumber(JsonElement parent, string name, out ulong value)
    {
        value = 0;
        return parent.TryGetProperty(name, out JsonElement element) && element.ValueKind == JsonValueKind.Number && element.TryGetUInt64(out value);
    }

    /// <summary>Hexadecimal with or without 0x.</summary>
    internal static bool TryHex(JsonElement parent, string name, out byte[] value)
    {
        value = [];
        if (!TryText(parent, name, out string text)) return false;
        ReadOnlySpan<char> digits = text.StartsWith("0x", StringComparison.Ordinal) ? text.AsSpan(2) : text;
        if ((digits.Length & 1) != 0) return false;
        byte[] bytes = new byte[digits.Length / 2];
        if (Convert.FromHexString(digits, bytes, out _, out int written) != System.Buffers.OperationStatus.Done || written != bytes.Length) return false;
        value = bytes;
        return true;
    }
}
