namespace Dsdn.CelestiaClient;

/// <summary>A bearer token, or the file that holds one and is read again whenever it changes. Its text is never shown.</summary>
public sealed class AccessToken
{
    private const int CharsMax = 4_096;

    private readonly string? _file;
    private readonly Lock _lock = new();
    private string? _value;
    private DateTime _readAt;

    private AccessToken(string? value, string? file) => (_value, _file) = (value, file);

    /// <summary>For nodes that ask for none.</summary>
    public static AccessToken None { get; } = new(null, null);

    /// <exception cref="ArgumentException">not <see cref="IsAcceptable"/></exception>
    public static AccessToken Of(string value) => IsAcceptable(value.Trim()) ? new AccessToken(value.Trim(), null) : throw new ArgumentException("not a token");

    /// <summary>One line of visible ASCII: what a header can hold.</summary>
    public static bool IsAcceptable(string value) => value.Length is > 0 and <= CharsMax && !value.AsSpan().ContainsAnyExceptInRange('!', '~');

    public static AccessToken OfFile(string path) => new(null, Path.GetFullPath(path));

    /// <summary>The file, for messages; null where the token was given itself.</summary>
    public string? File => _file;

    public bool IsNone => _file is null && string.IsNullOrEmpty(_value);

    /// <summary>The token now. A file that cannot be read leaves the last one in use.</summary>
    /// <returns>Null where there is none.</returns>
    internal string? Current()
    {
        if (_file is null) return string.IsNullOrEmpty(_value) ? null : _value;
        lock (_lock)
        {
            try
            {
                DateTime written = System.IO.File.GetLastWriteTimeUtc(_file);
                if (_value is not null && written == _readAt) return _value;
                string text = System.IO.File.ReadAllText(_file).Trim();
                if (IsAcceptable(text)) (_value, _readAt) = (text, written);
            }
            catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
            {
                // Keeps what it had: a file that is being replaced is there again in a moment, and a missing one shows as a refusal by the node.
            }
            return _value;
        }
    }

    public override string ToString() => IsNone ? "no token" : "token (not shown)";
}
