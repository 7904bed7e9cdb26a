using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Dsdn.Grpc;

/// <summary>
/// Headers or trailers of a call: keys of a-z, 0-9, '_', '-' and '.', values of printable ASCII; a key that ends in
/// <c>-bin</c> has bytes. A key may repeat. Names that belong to the protocol (<c>grpc-</c> and HTTP's own) are refused.
/// </summary>
public sealed class GrpcMetadata : IEnumerable<KeyValuePair<string, string>>
{
    private const string BinarySuffix = "-bin";

    private readonly List<KeyValuePair<string, string>> _entries = [];

    public int Count => _entries.Count;

    /// <exception cref="ArgumentException">the key or the value is not what travels in a header</exception>
    public void Add(string key, string value)
    {
        if (!IsKey(key) || IsReserved(key) || IsBinary(key)) throw new ArgumentException($"not a key for text: {key}");
        if (!Ascii(value)) throw new ArgumentException($"the value of {key} is not printable ASCII");
        _entries.Add(new(key, value));
    }

    /// <param name="key">Ends in <c>-bin</c>.</param>
    /// <exception cref="ArgumentException">the key is not one for bytes</exception>
    public void Add(string key, ReadOnlySpan<byte> value)
    {
        if (!IsKey(key) || IsReserved(key) || !IsBinary(key)) throw new ArgumentException($"not a key for bytes: {key}");
        _entries.Add(new(key, Convert.ToBase64String(value).TrimEnd('=')));
    }

    /// <summary>The first value of a key.</summary>
    public bool TryGet(string key, [NotNullWhen(true)] out string? value)
    {
        foreach ((string name, string text) in _entries)
        {
            if (name != key) continue;
            value = text;
            return true;
        }
        value = null;
        return false;
    }

    /// <summary>The first value of a <c>-bin</c> key; false where it is missing or not base64.</summary>
    public bool TryGetBytes(string key, [NotNullWhen(true)] out byte[]? value)
    {
        value = null;
        if (!TryGet(key, out string? text)) return false;
        text = text.TrimEnd('=');
        byte[] buffer = new byte[(text.Length * 3 / 4) + 3];
        if (!Convert.TryFromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='), buffer, out int written)) return false;
        value = buffer[..written];
        return true;
    }

    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Takes a header as it arrived; those of the protocol and malformed ones are left out.</summary>
    internal void AddReceived(string key, string? value)
    {
        key = key.ToLowerInvariant();
        if (value is null || !IsKey(key) || IsReserved(key)) return;
        if (!IsBinary(key))
        {
            if (Ascii(value)) _entries.Add(new(key, value));
            return;
        }
        // Several values of a binary key may stand in one header, comma between them.
        foreach (string part in value.Split(',', StringSplitOptions.TrimEntries)) _entries.Add(new(key, part));
    }

    internal static bool IsReserved(string key) =>
        key.StartsWith("grpc-", StringComparison.Ordinal) || key.StartsWith(':')
        || key is "content-type" or "content-length" or "te" or "host" or "user-agent" or "connection" or "transfer-encoding" or "upgrade" or "trailer" or "date" or "server";

    private static bool IsBinary(string key) => key.EndsWith(BinarySuffix, StringComparison.Ordinal);

    private static bool IsKey(string key) =>
        key.Length > 0 && !key.AsSpan().ContainsAnyExcept("abcdefghijklmnopqrstuvwxyz0123456789_-.");

    private static bool Ascii(string value) => value.Length == 0 || (!value.AsSpan().ContainsAnyExceptInRange(' ', '~') && value[0] != ' ' && value[^1] != ' ');
}
